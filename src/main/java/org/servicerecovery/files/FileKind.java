package org.servicerecovery.files;

import java.util.Optional;

/** What is taken. */
public enum FileKind {
    JPEG("image/jpeg"),
    PNG("image/png"),
    WEBP("image/webp"),
    PDF("application/pdf");

    private final String type;

    FileKind(String type) {
        this.type = type;
    }

    public String type() {
        return type;
    }

    public boolean isPhoto() {
        return this != PDF;
    }

    public static Optional<FileKind> of(String type) {
        for (FileKind kind : values()) {
            if (kind.type.equals(type)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }
}
