package org.servicerecovery.survey;

import io.github.bucket4j.TimeMeter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.BusinessZone;
import org.servicerecovery.Messages;
import org.servicerecovery.Refused;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;

/**
 * The one page of the survey, for anybody with a link. It works without scripts, sets no cookie, and tells whoever has no
 * valid link nothing at all.
 */
@Controller
@RequestMapping("/survey/{token}")
class SurveyPage {

    private static final String VIEW = "survey";

    private final Answers answers;
    private final BusinessZone zone;
    private final String business;
    private final SurveyThrottle throttle = new SurveyThrottle(TimeMeter.SYSTEM_NANOTIME);

    SurveyPage(
            Answers answers,
            BusinessZone zone,
            @Value("${service-recovery.letterhead.name:Customer care}") String business) {
        this.answers = answers;
        this.zone = zone;
        this.business = business;
    }

    @GetMapping
    String show(
            @PathVariable String token,
            Locale reader,
            HttpServletRequest request,
            HttpServletResponse response,
            Model page) {
        return start(request, reader, response, page)
                .orElseGet(() -> answers.find(token)
                        .map(found -> switch (found.state()) {
                            case OPEN -> form(found, "", "", Map.of(), reader, page);
                            case ANSWERED -> thanks(found, page);
                            case OVER -> closed(HttpStatus.GONE, response, page);
                        })
                        .orElseGet(() -> closed(HttpStatus.NOT_FOUND, response, page)));
    }

    /** @param never the button by which the customer is asked no more */
    @PostMapping
    String answer(
            @PathVariable String token,
            @RequestParam(required = false) @Nullable String score,
            @RequestParam(defaultValue = "") String words,
            @RequestParam(required = false) @Nullable String never,
            Locale reader,
            HttpServletRequest request,
            HttpServletResponse response,
            Model page) {
        Optional<String> slow = start(request, reader, response, page);
        if (slow.isPresent()) {
            return slow.get();
        }
        Optional<Invitation> found = answers.find(token);
        if (found.isEmpty()) {
            return closed(HttpStatus.NOT_FOUND, response, page);
        }
        Invitation asked = found.get();
        Duration wait = throttle.answer(asked.id());
        if (!wait.isZero()) {
            return slowDown(wait, response, page);
        }
        if (never != null) {
            answers.refuse(asked);
            page.addAttribute("what", "never");
            return VIEW;
        }
        if (asked.state() == Invitation.State.OVER) {
            return closed(HttpStatus.GONE, response, page);
        }
        if (asked.state() == Invitation.State.OPEN) {
            try {
                answers.keep(asked, score, words, Messages.language(reader).getLanguage());
            } catch (Refused refused) {
                response.setStatus(HttpStatus.BAD_REQUEST.value());
                Map<String, String> wrong = refused.problems().stream()
                        .collect(Collectors.toMap(each -> each.field(), each -> each.message()));
                return form(asked, score == null ? "" : score, words, wrong, reader, page);
            }
        }
        // The page that follows says what became of it, by whichever of two visits it was kept.
        return "redirect:/survey/" + token;
    }

    private Optional<String> start(
            HttpServletRequest request, Locale reader, HttpServletResponse response, Model page) {
        // The address is the customer's alone: no other site, and no search engine, learns of it.
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("X-Robots-Tag", "noindex, nofollow");
        page.addAttribute("business", business);
        page.addAttribute("language", Messages.language(reader).getLanguage());
        Duration wait = throttle.request(request.getRemoteAddr());
        return wait.isZero() ? Optional.empty() : Optional.of(slowDown(wait, response, page));
    }

    private String form(
            Invitation asked, String score, String words, Map<String, String> wrong, Locale reader, Model page) {
        page.addAttribute("what", "form");
        page.addAttribute("number", asked.caseNumber());
        page.addAttribute("scores", List.of(5, 4, 3, 2, 1));
        page.addAttribute("score", score);
        page.addAttribute("words", words);
        page.addAttribute("longest", Answers.LONGEST);
        page.addAttribute("wrong", wrong);
        page.addAttribute(
                "until",
                DateTimeFormatter.ofLocalizedDate(FormatStyle.LONG)
                        .withLocale(Messages.language(reader))
                        .format(zone.dateOf(asked.expiresAt())));
        return VIEW;
    }

    private String thanks(Invitation answered, Model page) {
        Integer score = answered.score();
        page.addAttribute("what", "thanks");
        page.addAttribute("unhappy", score != null && answers.isUnhappy(score));
        return VIEW;
    }

    /** The same words whether there was such a link once or not. */
    private static String closed(HttpStatus status, HttpServletResponse response, Model page) {
        response.setStatus(status.value());
        page.addAttribute("what", "closed");
        return VIEW;
    }

    private static String slowDown(Duration wait, HttpServletResponse response, Model page) {
        response.setStatus(HttpStatus.TOO_MANY_REQUESTS.value());
        response.setHeader(
                HttpHeaders.RETRY_AFTER, Long.toString(wait.plusMillis(999).toSeconds()));
        page.addAttribute("what", "slow");
        return VIEW;
    }
}
