package org.servicerecovery.files;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import org.apache.tika.detect.DefaultDetector;
import org.apache.tika.detect.Detector;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Messages;
import org.springframework.core.io.InputStreamSource;
import org.springframework.stereotype.Component;

/** Judges what somebody sends by its content alone, and makes what is kept of it. */
@Component
public class Intake {

    /**
     * A file as it will be kept.
     *
     * @param bytes in a temporary file, gone when this is closed
     * @param picture null for what is no photo
     */
    public record Taken(
            FileKind kind,
            byte[] originalSha256,
            Path bytes,
            @Nullable Picture picture) implements AutoCloseable {

        @Override
        public void close() throws IOException {
            Files.deleteIfExists(bytes);
        }
    }

    private static final int LONGEST_NAME = 200;
    private static final int PIXELS_OF_A_MEGAPIXEL = 1_000_000;
    private static final Map<String, String> TOLD_APART = Map.of(
            "image/svg+xml", "photos.refused.svg",
            "image/heic", "photos.refused.heic",
            "image/heif", "photos.refused.heic",
            "image/heic-sequence", "photos.refused.heic",
            "image/heif-sequence", "photos.refused.heic",
            "image/avif", "photos.refused.heic");

    private final FilesProperties limits;
    private final Detector detector = new DefaultDetector();

    Intake(FilesProperties limits) {
        this.limits = limits;
    }

    /** How many bytes a file may have. */
    public long largest() {
        return limits.largest().toBytes();
    }

    /** A name without folders and what cannot be shown; never used as a name of anything here. */
    public static String shownName(@Nullable String name) {
        String given = name == null ? "" : name;
        String last = given.substring(Math.max(given.lastIndexOf('/'), given.lastIndexOf('\\')) + 1)
                .replaceAll("\\p{C}", "")
                .strip();
        if (last.isEmpty()) {
            return "?";
        }
        return last.length() <= LONGEST_NAME ? last : last.substring(0, LONGEST_NAME);
    }

    /**
     * @param size in bytes
     * @throws NotTaken in words for whoever sent it
     */
    public Taken take(InputStreamSource sent, long size) throws IOException {
        return take(sent, size, false);
    }

    /**
     * Takes photos alone, which have a picture each.
     *
     * @throws NotTaken in words for whoever sent it
     */
    public Taken takePhoto(InputStreamSource sent, long size) throws IOException {
        return take(sent, size, true);
    }

    private Taken take(InputStreamSource sent, long size, boolean photosAlone) throws IOException {
        if (size == 0) {
            throw new NotTaken(Messages.text("photos.refused.empty"));
        }
        requireNotTooLarge(size);
        FileKind kind = kind(sent, photosAlone);
        byte[] hash = sha256(sent);
        Path bytes = Files.createTempFile("service-recovery-", ".file");
        boolean taken = false;
        try {
            @Nullable Picture picture = null;
            if (kind.isPhoto()) {
                int turn = CleanCopy.of(kind, sent.getInputStream(), bytes);
                picture = Picture.read(kind, bytes, turn, this::requireNotTooManyPixels);
            } else {
                try (InputStream in = sent.getInputStream()) {
                    Files.copy(in, bytes, StandardCopyOption.REPLACE_EXISTING);
                }
            }
            taken = true;
            return new Taken(kind, hash, bytes, picture);
        } catch (BrokenFile e) {
            throw new NotTaken(Messages.text("photos.refused.broken"));
        } finally {
            if (!taken) {
                Files.deleteIfExists(bytes);
            }
        }
    }

    /** @throws NotTaken when a file of that many bytes is too large */
    private void requireNotTooLarge(long size) {
        if (size > limits.largest().toBytes()) {
            throw new NotTaken(Messages.text(
                    "photos.refused.tooLarge",
                    megabytes(size),
                    megabytes(limits.largest().toBytes())));
        }
    }

    private void requireNotTooManyPixels(int width, int height) {
        long pixels = (long) width * height;
        if (pixels > (long) limits.mostMegapixels() * PIXELS_OF_A_MEGAPIXEL) {
            throw new NotTaken(Messages.text(
                    "photos.refused.tooManyPixels",
                    String.valueOf(width),
                    String.valueOf(height),
                    String.valueOf(limits.mostMegapixels())));
        }
    }

    private FileKind kind(InputStreamSource sent, boolean photosAlone) throws IOException {
        String type;
        try (TikaInputStream in = TikaInputStream.get(new BufferedInputStream(sent.getInputStream()))) {
            type = detector.detect(in, new Metadata()).getBaseType().toString();
        }
        return FileKind.of(type)
                .filter(kind -> kind.isPhoto() || !photosAlone)
                .orElseThrow(() -> new NotTaken(refusal(type, photosAlone)));
    }

    private String refusal(String type, boolean photosAlone) {
        String told = TOLD_APART.get(type);
        if (told != null) {
            return Messages.text(told);
        }
        if (photosAlone) {
            return Messages.text("photos.refused.noPhoto");
        }
        boolean isProgram = type.contains("msdownload")
                || type.contains("dosexec")
                || type.contains("executable")
                || type.contains("sharedlib")
                || type.contains("x-elf")
                || type.contains("x-sh")
                || type.contains("mach-o")
                || type.contains("java");
        return isProgram ? Messages.text("photos.refused.program") : Messages.text("photos.refused.type", type);
    }

    static String megabytes(long bytes) {
        return String.valueOf(Math.max(1, Math.round(bytes / 1024.0 / 1024.0)));
    }

    private static byte[] sha256(InputStreamSource sent) throws IOException {
        try (InputStream in = sent.getInputStream()) {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            try (DigestInputStream digesting = new DigestInputStream(in, sha)) {
                digesting.transferTo(OutputStream.nullOutputStream());
            }
            return sha.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256.", e);
        }
    }
}
