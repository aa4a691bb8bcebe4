package org.servicerecovery.web;

import io.swagger.v3.oas.annotations.Operation;
import java.util.Locale;
import java.util.Map;
import org.servicerecovery.Messages;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The wording of our pages inside Tasklist and Cockpit. */
@RestController
class MessagesApi {

    @Operation(summary = "The wording of the pages in the language of Accept-Language, else in English")
    @GetMapping("/api/messages")
    ResponseEntity<Map<String, String>> all(Locale reader) {
        return ResponseEntity.ok()
                .header(HttpHeaders.CONTENT_LANGUAGE, Messages.language(reader).toLanguageTag())
                .varyBy(HttpHeaders.ACCEPT_LANGUAGE)
                // A new release is read with the next page.
                .cacheControl(CacheControl.noCache().cachePrivate())
                .body(spoken(reader));
    }

    /** Without what stands in models and forms: that comes with them. */
    private static Map<String, String> spoken(Locale reader) {
        Map<String, String> all = Messages.all(reader);
        all.keySet().removeIf(key -> key.startsWith("form."));
        return all;
    }
}
