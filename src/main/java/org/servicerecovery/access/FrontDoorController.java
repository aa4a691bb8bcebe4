package org.servicerecovery.access;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.Authentication;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.server.ResponseStatusException;

/** The sign-in page, and where one goes from there. */
@Controller
class FrontDoorController {

    private static final int LONGEST_WAIT_SHOWN = 3600;

    @GetMapping("/")
    String start(Authentication person) {
        if (person instanceof SignedIn signedIn) {
            if (hasOne(signedIn, AccessRules.TASKLIST)) {
                return "redirect:/camunda/app/tasklist/default/";
            }
            if (signedIn.is(Role.ACCOUNTANT)) {
                return "redirect:/accounting";
            }
            if (hasOne(signedIn, AccessRules.COCKPIT)) {
                return "redirect:/camunda/app/cockpit/default/";
            }
            if (signedIn.is(Role.OPERATIVE)) {
                return "redirect:/jobs";
            }
        }
        return "nothing-here";
    }

    /** The short address of a case. Whether the reader may see it is told where it leads. */
    @GetMapping("/cases/{number}")
    String caseInTasklist(@PathVariable String number) {
        if (!number.matches("SR-[0-9]{4}-[0-9]{6,9}")) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND);
        }
        return "redirect:/camunda/app/tasklist/default/#/case/" + number;
    }

    @GetMapping(PublicRoutes.SIGN_IN)
    String signIn(
            @Nullable Authentication person,
            @RequestParam(required = false) @Nullable String wrong,
            @RequestParam(required = false) @Nullable String wait,
            @RequestParam(name = "signed-out", required = false) @Nullable String signedOut,
            @RequestParam(required = false) @Nullable String again,
            Model page) {
        if (person instanceof SignedIn) {
            return "redirect:/";
        }
        page.addAttribute("wrong", wrong != null);
        page.addAttribute("wait", seconds(wait));
        page.addAttribute("signedOut", signedOut != null);
        page.addAttribute("again", again != null);
        return "sign-in";
    }

    private static boolean hasOne(SignedIn person, Set<Role> roles) {
        return roles.stream().anyMatch(person::is);
    }

    /** The address bar is anybody's to write: only a sensible number is shown. */
    private static int seconds(@Nullable String wait) {
        return wait != null && wait.matches("[0-9]{1,4}") ? Math.min(Integer.parseInt(wait), LONGEST_WAIT_SHOWN) : 0;
    }
}
