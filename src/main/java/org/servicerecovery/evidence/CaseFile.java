package org.servicerecovery.evidence;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A file of a case.
 *
 * @param stepSeq the step whose work it shows; null for a file of the case
 * @param name as it was called where it came from; only to be shown
 * @param width as seen, in pixels; null for what is no photo
 * @param originalSha256 hexadecimal, of the bytes as they were sent
 * @param removable whether the reader may remove it
 */
public record CaseFile(
        long id,
        @Nullable Integer stepSeq,
        String name,
        String type,
        boolean photo,
        long size,
        @Nullable Integer width,
        @Nullable Integer height,
        String originalSha256,
        String uploadedBy,
        Instant uploadedAt,
        boolean removable) {}
