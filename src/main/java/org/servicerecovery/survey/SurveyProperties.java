package org.servicerecovery.survey;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * When customers are asked, and how their answer is taken.
 *
 * @param url where customers reach this application, such as {@code https://recovery.example.org}; while it is empty
 *     nobody is asked
 * @param after how long after the case was closed
 * @param remindAfter how long after that one reminder goes to whoever has not answered; zero for none
 * @param validFor how long the link works
 * @param notAgainWithin a customer is not asked on another case before this has passed
 * @param unhappyUpTo the highest score, of five, that makes a task for the owner
 * @param language of the mails; the page is in that of the browser
 */
@ConfigurationProperties("service-recovery.survey")
record SurveyProperties(
        @DefaultValue("") String url,
        @DefaultValue("0s") Duration after,
        @DefaultValue("7d") Duration remindAfter,
        @DefaultValue("30d") Duration validFor,
        @DefaultValue("30d") Duration notAgainWithin,
        @DefaultValue("2") int unhappyUpTo,
        @DefaultValue("en") String language) {

    private static final String PREFIX = "service-recovery.survey.";
    private static final int BEST = 5;

    SurveyProperties {
        url = url.strip().replaceAll("/+$", "");
        if (!url.isEmpty() && !isWebAddress(url)) {
            throw new IllegalArgumentException(
                    PREFIX + "url is \"" + url + "\"; it has to be such as https://recovery.example.org.");
        }
        if (List.of(after, remindAfter, notAgainWithin).stream().anyMatch(Duration::isNegative)) {
            throw new IllegalArgumentException(PREFIX + "after, remind-after and not-again-within cannot be negative.");
        }
        if (validFor.isNegative() || validFor.isZero()) {
            throw new IllegalArgumentException(PREFIX + "valid-for has to be a time, such as 30d.");
        }
        if (unhappyUpTo < 0 || unhappyUpTo > BEST) {
            throw new IllegalArgumentException(
                    PREFIX + "unhappy-up-to is " + unhappyUpTo + "; it has to be from 0 (no task) to " + BEST + ".");
        }
    }

    private static boolean isWebAddress(String text) {
        try {
            URI uri = new URI(text);
            return uri.getHost() != null && List.of("http", "https").contains(uri.getScheme());
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
