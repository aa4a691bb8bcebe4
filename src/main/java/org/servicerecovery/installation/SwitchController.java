package org.servicerecovery.installation;

import java.security.Principal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Refused;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The switch over HTTP. Who may turn it is decided by the front door. */
@RestController
@RequestMapping("/api/installation/switch")
class SwitchController {

    record Answer(String state, String sentence, String changedBy, Instant changedAt) {

        static Answer of(RecoverySwitch.Status status) {
            return new Answer(status.state().code(), status.sentence(), status.changedBy(), status.changedAt());
        }
    }

    record Turn(@Nullable Boolean on) {}

    private final RecoverySwitch recoverySwitch;

    SwitchController(RecoverySwitch recoverySwitch) {
        this.recoverySwitch = recoverySwitch;
    }

    @GetMapping
    Answer look() {
        return Answer.of(recoverySwitch.status());
    }

    @PutMapping
    Answer turn(@RequestBody Turn turn, Principal user) {
        if (turn.on() == null) {
            throw Refused.field("on", "refused.switch.on");
        }
        return Answer.of(recoverySwitch.turn(turn.on(), user.getName()));
    }
}
