package org.servicerecovery.signal;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a UTF-8 file as an editor counts them, each with its line break (LF, CRLF or CR). Bytes that are not
 * UTF-8 become lone surrogates, which no valid text holds: whoever reads the field can tell, and the line stays one.
 */
final class PhysicalLines implements Closeable {

    /** A line without its break is at most this long; the rest of a longer one is skipped. */
    static final int LONGEST = 4_000_000;

    /** @param tooLong whether the line was cut at {@link #LONGEST} bytes */
    record Line(long number, String text, boolean tooLong) {

        boolean isBlank() {
            return text.isBlank();
        }
    }

    /** The file is in a form that this reader cannot read at all. */
    static final class NotUtf8 extends IOException {

        private static final long serialVersionUID = 1L;

        NotUtf8(String message) {
            super(message);
        }
    }

    private final InputStream in;
    private final byte[] buffer = new byte[1 << 16];
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private int position;
    private int filled;
    private volatile long bytesRead;
    private long number;

    PhysicalLines(InputStream in) throws IOException {
        this.in = in;
        skipByteOrderMark();
    }

    long bytesRead() {
        return bytesRead;
    }

    private void skipByteOrderMark() throws IOException {
        while (filled < 3) {
            int read = in.read(buffer, filled, buffer.length - filled);
            if (read < 0) {
                break;
            }
            filled += read;
        }
        bytesRead = filled;
        if (filled >= 2
                && ((buffer[0] == (byte) 0xFE && buffer[1] == (byte) 0xFF)
                        || (buffer[0] == (byte) 0xFF && buffer[1] == (byte) 0xFE))) {
            throw new NotUtf8("The file is UTF-16. Save it as UTF-8 and run the import again.");
        }
        if (filled >= 3 && buffer[0] == (byte) 0xEF && buffer[1] == (byte) 0xBB && buffer[2] == (byte) 0xBF) {
            position = 3;
        }
    }

    @Nullable
    Line next() throws IOException {
        line.reset();
        boolean tooLong = false;
        boolean any = false;
        int b = read();
        while (b >= 0) {
            any = true;
            boolean end = b == '\n' || b == '\r';
            if (line.size() < LONGEST || end) {
                line.write(b);
            } else {
                tooLong = true;
            }
            if (b == '\n') {
                break;
            }
            if (b == '\r') {
                if (peek() == '\n') {
                    line.write(read());
                }
                break;
            }
            b = read();
        }
        return any ? new Line(++number, decode(line.toByteArray()), tooLong) : null;
    }

    private int read() throws IOException {
        int b = peek();
        if (b >= 0) {
            position++;
        }
        return b;
    }

    private int peek() throws IOException {
        if (position == filled) {
            position = 0;
            filled = Math.max(in.read(buffer), 0);
            bytesRead += filled;
            if (filled == 0) {
                return -1;
            }
        }
        return buffer[position] & 0xFF;
    }

    private static String decode(byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        try {
            return decoder.decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            return decodeMarkingDamage(bytes);
        }
    }

    private static String decodeMarkingDamage(byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer from = ByteBuffer.wrap(bytes);
        CharBuffer to = CharBuffer.allocate(bytes.length);
        CoderResult result = decoder.decode(from, to, true);
        while (result.isError()) {
            for (int i = 0; i < result.length(); i++) {
                to.put((char) (Character.MIN_LOW_SURROGATE + (from.get() & 0xFF)));
            }
            decoder.reset();
            result = decoder.decode(from, to, true);
        }
        return to.flip().toString();
    }

    /** Whether the text holds a byte that was not UTF-8 in the file. */
    static boolean isDamaged(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c)) {
                i++;
            } else if (Character.isLowSurrogate(c)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
