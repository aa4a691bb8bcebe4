package org.servicerecovery.job;

import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The jobs of this business.
 *
 * @param skills labels by code: what operatives can do
 * @param areas labels by code: where they go
 * @param photosRequired whether a job is done only with a photo: for every job, whoever placed it
 * @param mostPhotos on one job
 * @param outbound where released jobs go; {@code built-in} is the operatives' page
 * @param alsoOfferedHere whether operatives are offered jobs on their page that go to another system too
 */
@ConfigurationProperties("service-recovery.jobs")
public record JobsProperties(
        Map<String, String> skills,
        Map<String, String> areas,
        @DefaultValue("true") boolean photosRequired,
        @DefaultValue("20") int mostPhotos,
        @DefaultValue("built-in") String outbound,
        @DefaultValue("false") boolean alsoOfferedHere) {

    /** Two crews would be at one door if both offered the same jobs. */
    boolean isOfferedHere() {
        return alsoOfferedHere || outbound.equals("built-in");
    }
}
