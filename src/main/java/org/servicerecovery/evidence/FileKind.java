package org.servicerecovery.evidence;

import java.util.Optional;

/** What is taken. */
enum FileKind {
    JPEG("image/jpeg"),
    PNG("image/png"),
    WEBP("image/webp"),
    PDF("application/pdf");

    private final String type;

    FileKind(String type) {
        this.type = type;
    }

    String type() {
        return type;
    }

    boolean isPhoto() {
        return this != PDF;
    }

    static Optional<FileKind> of(String type) {
        for (FileKind kind : values()) {
            if (kind.type.equals(type)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }
}
