package org.servicerecovery.job;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Messages;
import org.springframework.core.io.InputStreamResource;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.server.ResponseStatusException;

/** How a photo is sent: kept by the reader's browser alone, which asks each time whether they may still see it. */
public final class SentPhoto {

    private SentPhoto() {}

    public static @Nullable ResponseEntity<Resource> whole(
            JobPhotos photos, JobPhotos.Photo photo, WebRequest request) {
        String tag = '"' + photo.content().toString() + '"';
        if (request.checkNotModified(tag)) {
            return null;
        }
        try {
            return ResponseEntity.ok()
                    .headers(SentPhoto::asked)
                    .eTag(tag)
                    .contentType(MediaType.parseMediaType(photo.type()))
                    .contentLength(photo.size())
                    .header(
                            HttpHeaders.CONTENT_DISPOSITION,
                            ContentDisposition.inline()
                                    .filename(photo.name(), StandardCharsets.UTF_8)
                                    .build()
                                    .toString())
                    .body(new InputStreamResource(photos.open(photo)));
        } catch (IOException e) {
            throw new ResponseStatusException(
                    HttpStatus.SERVICE_UNAVAILABLE, Messages.text("photos.storeNotReached"), e);
        }
    }

    public static ResponseEntity<byte[]> small(String photo, byte[] jpeg) {
        return ResponseEntity.ok()
                .headers(SentPhoto::asked)
                .eTag("\"thumbnail-" + photo + '"')
                .contentType(MediaType.IMAGE_JPEG)
                .body(jpeg);
    }

    private static void asked(HttpHeaders headers) {
        headers.setCacheControl(CacheControl.noCache().cachePrivate());
    }
}
