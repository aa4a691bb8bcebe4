package org.servicerecovery.signal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/**
 * The ids a file has brought so far, each with its line and a digest of its content: finds repeated rows in the order of
 * the file, whatever order the application answers in. Digests in one array take 40 bytes an id, so that a long file
 * does not fill the memory.
 */
final class Repeats {

    /** @param sameContent whether the earlier row said the same */
    record Earlier(long line, boolean sameContent) {}

    private static final int WORDS = 4;

    private long[] table = new long[WORDS << 10];
    private int ids;

    /** Remembers the row, or finds the earlier one that had its id. */
    Optional<Earlier> add(String id, String content, long line) {
        ByteBuffer key = sha256(id);
        long high = key.getLong();
        long low = key.getLong();
        long digest = sha256(content).getLong();
        int slot = slot(table, high, low);
        if (table[slot + 3] != 0) {
            return Optional.of(new Earlier(table[slot + 3], table[slot + 2] == digest));
        }
        put(table, slot, high, low, digest, line);
        if (++ids * WORDS * 10L > table.length * 7L) {
            grow();
        }
        return Optional.empty();
    }

    /** The slot of the id, or the free one where it belongs; a line number of 0 marks a free one. */
    private static int slot(long[] table, long high, long low) {
        int slots = table.length / WORDS;
        int slot = (int) Long.remainderUnsigned(high, slots);
        while (true) {
            int at = slot * WORDS;
            if (table[at + 3] == 0 || (table[at] == high && table[at + 1] == low)) {
                return at;
            }
            slot = (slot + 1) % slots;
        }
    }

    private static void put(long[] table, int slot, long high, long low, long digest, long line) {
        table[slot] = high;
        table[slot + 1] = low;
        table[slot + 2] = digest;
        table[slot + 3] = line;
    }

    private void grow() {
        long[] larger = new long[Math.multiplyExact(table.length, 2)];
        for (int at = 0; at < table.length; at += WORDS) {
            if (table[at + 3] != 0) {
                put(
                        larger,
                        slot(larger, table[at], table[at + 1]),
                        table[at],
                        table[at + 1],
                        table[at + 2],
                        table[at + 3]);
            }
        }
        table = larger;
    }

    private static ByteBuffer sha256(String text) {
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256.", e);
        }
    }
}
