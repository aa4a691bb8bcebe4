package org.servicerecovery.cases;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Messages;
import org.servicerecovery.Refused;
import org.servicerecovery.engine.EngineTrouble;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Those who own cases: how much each has, who is away, and handing over. */
@RestController
class OwnersApi {

    /** @param running whether the work is with the substitute by now */
    record AbsenceJson(String person, Instant from, Instant until, String substitute, boolean running, String setBy) {

        static AbsenceJson of(Absence absence) {
            return new AbsenceJson(
                    absence.person(),
                    absence.from(),
                    absence.until(),
                    absence.substitute(),
                    absence.state() == Absence.State.RUNNING,
                    absence.setBy());
        }
    }

    /** @param absence null where none is set */
    record MyAbsenceJson(@Nullable AbsenceJson absence) {}

    /** @param from null: from this moment on */
    record WantedJson(
            @Nullable Instant from,
            @Nullable Instant until,
            @Nullable String substitute) {}

    record OwnerJson(
            String id, String name, long cases, @Nullable AbsenceJson absence) {}

    /** @param cases the numbers of those to hand over, null for all that are not over */
    record HandoverJson(
            @Nullable String to,
            @Nullable String reason,
            @Nullable List<String> cases) {}

    record LeftJson(String number, String why) {}

    /** @param left what stayed where it was, and why */
    record HandedOverJson(List<String> handedOver, List<LeftJson> left) {}

    private static final int MOST = 2000;

    private final Absences absences;
    private final StandIns standIns;
    private final Cases cases;
    private final OwnerDirectory owners;

    OwnersApi(Absences absences, StandIns standIns, Cases cases, OwnerDirectory owners) {
        this.absences = absences;
        this.standIns = standIns;
        this.cases = cases;
        this.owners = owners;
    }

    @GetMapping("/api/owners")
    List<OwnerJson> owners() {
        Map<String, Absence> away =
                absences.current().stream().collect(Collectors.toMap(Absence::person, Function.identity()));
        Map<String, Long> counts = cases.notOverByOwner();
        return owners.whoMayOwnCases().stream()
                .map(person -> new OwnerJson(
                        person.id(),
                        person.name(),
                        counts.getOrDefault(person.id(), 0L),
                        away.containsKey(person.id())
                                ? AbsenceJson.of(Objects.requireNonNull(away.get(person.id())))
                                : null))
                .toList();
    }

    @GetMapping("/api/me/absence")
    MyAbsenceJson mine() {
        return new MyAbsenceJson(
                absences.of(Actor.current().id()).map(AbsenceJson::of).orElse(null));
    }

    @PutMapping("/api/me/absence")
    AbsenceJson set(@RequestBody WantedJson wanted) {
        return set(Actor.current().id(), wanted);
    }

    @DeleteMapping("/api/me/absence")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void end() {
        end(Actor.current().id());
    }

    @PutMapping("/api/owners/{id}/absence")
    AbsenceJson set(@PathVariable String id, @RequestBody WantedJson wanted) {
        Absence set =
                absences.set(id, wanted.from(), wanted.until(), Objects.requireNonNullElse(wanted.substitute(), ""));
        standIns.look(set);
        return AbsenceJson.of(absences.get(set.id()));
    }

    @DeleteMapping("/api/owners/{id}/absence")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void end(@PathVariable String id) {
        Absence ended = absences.end(id);
        if (ended.state() == Absence.State.RUNNING) {
            standIns.look(ended);
        }
    }

    /** Each case by itself: what cannot be handed over stays, and is told. */
    @PostMapping("/api/owners/{id}/handover")
    HandedOverJson handOver(@PathVariable String id, @RequestBody HandoverJson wanted) {
        String to = Objects.requireNonNullElse(wanted.to(), "").strip();
        String reason = Objects.requireNonNullElse(wanted.reason(), "").strip();
        Refused.Gathered wrong = new Refused.Gathered();
        if (to.isEmpty()) {
            wrong.add("to", "refused.handOver.toWhom");
        } else if (to.equals(id)) {
            wrong.add("to", "refused.handOver.hasThem");
        } else if (!owners.mayOwnCases(to)) {
            wrong.add("to", "refused.case.nobodyToOwn", to);
        }
        if (reason.isEmpty()) {
            wrong.add("reason", "refused.handOver.why");
        } else if (reason.length() > 500) {
            wrong.add("reason", "refused.longer", "500");
        }
        if (wanted.cases() != null && wanted.cases().size() > MOST) {
            wrong.add("cases", "refused.handOver.tooMany", String.valueOf(MOST));
        }
        wrong.refuseIfAny();
        List<String> numbers = wanted.cases() != null
                ? wanted.cases().stream().distinct().toList()
                : cases.notOverOf(id).stream().map(CaseNumber::value).toList();
        List<String> handedOver = new ArrayList<>();
        List<LeftJson> left = new ArrayList<>();
        for (String number : numbers) {
            try {
                if (cases.handOver(new CaseNumber(number), id, to, reason)) {
                    handedOver.add(number);
                } else {
                    left.add(new LeftJson(number, Messages.text("refused.handOver.over", id)));
                }
            } catch (Refused refused) {
                left.add(new LeftJson(
                        number,
                        refused.problems().stream()
                                .map(Refused.Problem::message)
                                .collect(Collectors.joining(" "))));
            } catch (RuntimeException thrown) {
                // The engine tells of somebody else in words of its own.
                if (!(thrown instanceof ConcurrencyFailureException) && !EngineTrouble.isConflict(thrown)) {
                    throw thrown;
                }
                left.add(new LeftJson(number, Messages.text("refused.handOver.changed")));
            }
        }
        return new HandedOverJson(handedOver, left);
    }
}
