package org.servicerecovery.installation;

import java.security.Principal;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Coded;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The statutory profile over HTTP. */
@RestController
@RequestMapping("/api/installation/statutory-profile")
class StatutoryProfileController {

    /** @param profile none, housing-ombudsman or fca-disp */
    record ProfileJson(@Nullable String profile) {}

    private final StatutoryProfile profile;

    StatutoryProfileController(StatutoryProfile profile) {
        this.profile = profile;
    }

    @GetMapping
    ProfileJson look() {
        return new ProfileJson(profile.current().code());
    }

    @PutMapping
    ProfileJson choose(@RequestBody ProfileJson wanted, Principal user) {
        profile.choose(Coded.parse(StatutoryProfile.Profile.class, "profile", wanted.profile()), user.getName());
        return look();
    }
}
