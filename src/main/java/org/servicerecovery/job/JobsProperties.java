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
 */
@ConfigurationProperties("service-recovery.jobs")
public record JobsProperties(
        Map<String, String> skills,
        Map<String, String> areas,
        @DefaultValue("true") boolean photosRequired,
        @DefaultValue("20") int mostPhotos) {}
