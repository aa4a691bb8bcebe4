package org.servicerecovery.models;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Models and forms as they lie in the repository: text by path, such as {@code forms/open-case.form}. */
record ModelFiles(SortedMap<String, String> texts) {

    static ModelFiles ofThisRelease() {
        SortedMap<String, String> texts = new TreeMap<>();
        for (String folder : new String[] {"processes", "forms"}) {
            try (Stream<Path> files = Files.list(Path.of(folder))) {
                for (Path file : files.toList()) {
                    texts.put(folder + "/" + file.getFileName(), Files.readString(file));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return new ModelFiles(texts);
    }

    ModelFiles with(String path, String text) {
        SortedMap<String, String> changed = new TreeMap<>(texts);
        changed.put(path, text);
        return new ModelFiles(changed);
    }

    ModelFiles without(String path) {
        SortedMap<String, String> changed = new TreeMap<>(texts);
        changed.remove(path);
        return new ModelFiles(changed);
    }

    /** The files whose names end like this. */
    Map<String, String> ending(String suffix) {
        SortedMap<String, String> found = new TreeMap<>();
        texts.forEach((path, text) -> {
            if (path.endsWith(suffix)) {
                found.put(path, text);
            }
        });
        return found;
    }
}
