package org.servicerecovery.web;

import io.swagger.v3.oas.annotations.Operation;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.cases.CaseNumber;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Where cases wait, and where they went: what Cockpit's diagrams are drawn over with. */
@RestController
class WaitsApi {

    private final WhereCasesWait waits;
    private final CaseWay ways;

    WaitsApi(WhereCasesWait waits, CaseWay ways) {
        this.waits = waits;
        this.ways = ways;
    }

    @Operation(
            summary =
                    "For each activity of a process: what waits there now and since when, how long one takes, where due"
                            + " times and resolution deadlines passed. Of one version, or of all; without cases for those who"
                            + " see none")
    @GetMapping("/api/waits/{process}")
    WhereCasesWait.WaitsJson ofProcess(
            @PathVariable String process,
            @RequestParam(required = false) @Nullable Integer version,
            @RequestParam(defaultValue = "" + WhereCasesWait.USUAL_DAYS) int days) {
        return waits.of(process, version, days);
    }

    @Operation(
            summary = "Which way an instance took, and how long it waited where; of a case only for those who see it")
    @GetMapping("/api/instances/{instance}/way")
    CaseWay.WayJson ofInstance(@PathVariable String instance) {
        return ways.ofInstance(instance);
    }

    @Operation(summary = "Which way a case took through all its processes, for as long as the engine keeps its history")
    @GetMapping("/api/cases/{number}/way")
    CaseWay.WayJson ofCase(@PathVariable String number) {
        return ways.of(new CaseNumber(number));
    }
}
