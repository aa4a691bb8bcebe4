package org.servicerecovery.correspondence;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who writes: stands on letters, and in the merge fields of both.
 *
 * @param address the lines below the name
 * @param contact how customers reach us, such as a phone number and an address for mail
 * @param logo a PNG or JPEG file; none while it is empty
 */
@ConfigurationProperties("service-recovery.letterhead")
record Letterhead(
        @DefaultValue("Customer care") String name,
        @DefaultValue("") String address,
        @DefaultValue("") String contact,
        @DefaultValue("") String logo) {

    private static final long LARGEST_LOGO = 1_000_000;
    private static final String SETTING = "service-recovery.letterhead.logo";

    /** The logo for the page itself, so that nothing is fetched when it is made; empty without one. */
    String logoAsData() {
        if (logo.isBlank()) {
            return "";
        }
        Path file = Path.of(logo);
        try {
            if (Files.size(file) > LARGEST_LOGO) {
                throw new IllegalArgumentException(
                        SETTING + ": " + file + " has more than " + LARGEST_LOGO + " bytes. Take a smaller one.");
            }
            byte[] image = Files.readAllBytes(file);
            return "data:" + type(image, file) + ";base64,"
                    + Base64.getEncoder().encodeToString(image);
        } catch (IOException e) {
            throw new IllegalArgumentException(SETTING + ": " + file + " cannot be read.", e);
        }
    }

    private static String type(byte[] image, Path file) {
        if (image.length > 8 && image[0] == (byte) 0x89 && image[1] == 'P') {
            return "image/png";
        }
        if (image.length > 8 && image[0] == (byte) 0xFF && image[1] == (byte) 0xD8) {
            return "image/jpeg";
        }
        throw new IllegalArgumentException(SETTING + ": " + file + " is neither a PNG nor a JPEG.");
    }
}
