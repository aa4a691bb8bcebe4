package org.servicerecovery.access;

import io.swagger.v3.oas.annotations.Operation;
import java.util.List;
import org.servicerecovery.cases.OwnerDirectory;
import org.servicerecovery.cases.OwnerDirectory.Colleague;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Whom one can hand a case or a step to. */
@RestController
class ColleaguesController {

    private final OwnerDirectory people;

    ColleaguesController(OwnerDirectory people) {
        this.people = people;
    }

    @Operation(summary = "The colleagues who can own cases and work steps, by name")
    @GetMapping("/api/colleagues")
    List<Colleague> all() {
        return people.whoMayOwnCases();
    }
}
