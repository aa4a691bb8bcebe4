package org.servicerecovery.job;

import java.time.Instant;

/**
 * What is to be done, where and when: all that is ever known of a job by those who do it. Every field is there for every
 * job, whoever placed it.
 *
 * @param contactName who opens the door
 * @param skill one of those of the business, as a code; likewise the area
 * @param parts empty when none are needed
 * @param priceReference of the price list
 */
public record Order(
        String site,
        String contactName,
        String contactPhone,
        String skill,
        String area,
        String task,
        Instant windowFrom,
        Instant windowTo,
        String parts,
        int durationMinutes,
        String priceReference) {}
