package org.servicerecovery.files;

import com.twelvemonkeys.imageio.metadata.Entry;
import com.twelvemonkeys.imageio.metadata.tiff.TIFF;
import com.twelvemonkeys.imageio.metadata.tiff.TIFFReader;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.zip.CRC32;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Copies a picture without what does not belong to the picture: where and when it was taken, by which device, comments,
 * previews, and whatever is hung on after its end. What is kept is listed, so that a place for data that nobody thought
 * of is left out too. The picture itself stays bit by bit as it is; the turn that it asks for is kept.
 */
final class CleanCopy {

    /** Of a progressive JPEG: cameras and editors write about ten, and each costs a pass over the whole picture. */
    private static final int MOST_SCANS = 100;

    /** A header that says how to turn the picture, and nothing else. */
    private static final int UPRIGHT = 1;

    private static final byte[] EXIF = {'E', 'x', 'i', 'f', 0, 0};
    private static final byte[] ICC = "ICC_PROFILE\0".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] JFIF = "JFIF\0".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ADOBE = "Adobe".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    private static final Set<String> PNG_KEPT =
            Set.of("IHDR", "PLTE", "IDAT", "IEND", "tRNS", "cHRM", "gAMA", "sRGB", "iCCP", "sBIT", "bKGD", "pHYs");
    private static final Set<String> WEBP_KEPT = Set.of("VP8 ", "VP8L", "VP8X", "ALPH", "ICCP");
    private static final int WEBP_HAS_ANIMATION = 0x02;
    private static final int WEBP_HAS_XMP = 0x04;
    private static final int WEBP_HAS_EXIF = 0x08;

    /** Larger than any that a camera writes; a packed one could otherwise grow to gigabytes where it is read. */
    private static final int LARGEST_PROFILE = 1 << 18;

    private static final int LARGEST_EXIF = 1 << 20;

    private CleanCopy() {}

    /**
     * @return how the picture is to be turned, 1 to 8 as in EXIF; 1 is upright
     * @throws BrokenFile when the picture ends before its end, or is built otherwise than its kind is
     */
    static int of(FileKind kind, InputStream from, Path to) throws IOException {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(from, 1 << 16))) {
            return switch (kind) {
                case JPEG -> {
                    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(to), 1 << 16)) {
                        yield jpeg(in, out);
                    }
                }
                case PNG -> {
                    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(to), 1 << 16)) {
                        yield png(in, new DataOutputStream(out));
                    }
                }
                case WEBP -> webp(in, to);
                case PDF -> throw new IllegalArgumentException("A PDF is no picture.");
            };
        } catch (EOFException e) {
            throw new BrokenFile("It ends too early.");
        }
    }

    private static int jpeg(DataInputStream in, OutputStream out) throws IOException {
        if (in.readUnsignedShort() != 0xffd8) {
            throw new BrokenFile("no start");
        }
        out.write(0xff);
        out.write(0xd8);
        int turn = UPRIGHT;
        boolean turnTold = false;
        int scans = 0;
        int marker = nextMarker(in);
        while (marker != 0xd9) {
            if (marker == 0xda) {
                if (++scans > MOST_SCANS) {
                    throw new BrokenFile("too many scans");
                }
                copySegment(marker, segment(in), out);
                marker = copyScan(in, out);
                continue;
            }
            byte[] segment = segment(in);
            if (marker == 0xe1 && startsWith(segment, EXIF)) {
                if (!turnTold) {
                    turn = orientation(Arrays.copyOfRange(segment, EXIF.length, segment.length));
                    turnTold = true;
                    if (turn != UPRIGHT) {
                        copySegment(0xe1, concat(EXIF, exifOf(turn)), out);
                    }
                }
            } else if (isKept(marker, segment)) {
                copySegment(marker, segment, out);
            }
            marker = nextMarker(in);
        }
        if (scans == 0) {
            throw new BrokenFile("no picture in it");
        }
        out.write(0xff);
        out.write(0xd9);
        return turn;
    }

    private static boolean isKept(int marker, byte[] segment) {
        return switch (marker) {
            // One with a preview in it is longer.
            case 0xe0 -> startsWith(segment, JFIF) && segment.length == 14;
            case 0xe2 -> startsWith(segment, ICC);
            case 0xee -> startsWith(segment, ADOBE);
            default -> (marker >= 0xc0 && marker <= 0xcf) || (marker >= 0xdb && marker <= 0xdf);
        };
    }

    private static int nextMarker(DataInputStream in) throws IOException {
        if (in.readUnsignedByte() != 0xff) {
            throw new BrokenFile("no marker where one belongs");
        }
        int marker = in.readUnsignedByte();
        while (marker == 0xff) {
            marker = in.readUnsignedByte();
        }
        if (marker == 0 || marker == 0xd8 || (marker >= 0xd0 && marker <= 0xd7)) {
            throw new BrokenFile("a marker where none belongs");
        }
        return marker;
    }

    private static byte[] segment(DataInputStream in) throws IOException {
        int length = in.readUnsignedShort();
        if (length < 2) {
            throw new BrokenFile("a length below its own");
        }
        byte[] segment = new byte[length - 2];
        in.readFully(segment);
        return segment;
    }

    private static void copySegment(int marker, byte[] segment, OutputStream out) throws IOException {
        out.write(0xff);
        out.write(marker);
        out.write((segment.length + 2) >> 8);
        out.write(segment.length + 2);
        out.write(segment);
    }

    /** Copies the picture's own data up to the next marker, and returns that. */
    private static int copyScan(DataInputStream in, OutputStream out) throws IOException {
        while (true) {
            int next = in.readUnsignedByte();
            if (next != 0xff) {
                out.write(next);
                continue;
            }
            int marker = in.readUnsignedByte();
            while (marker == 0xff) {
                marker = in.readUnsignedByte();
            }
            // A stuffed byte or a restart belongs to the data.
            if (marker != 0 && (marker < 0xd0 || marker > 0xd7)) {
                return marker;
            }
            out.write(0xff);
            out.write(marker);
        }
    }

    private static int png(DataInputStream in, DataOutputStream out) throws IOException {
        byte[] signature = new byte[PNG.length];
        in.readFully(signature);
        if (!Arrays.equals(signature, PNG)) {
            throw new BrokenFile("no start");
        }
        out.write(PNG);
        int turn = UPRIGHT;
        boolean first = true;
        boolean anyData = false;
        byte[] buffer = new byte[1 << 16];
        while (true) {
            int length = in.readInt();
            byte[] name = new byte[4];
            in.readFully(name);
            String type = new String(name, StandardCharsets.ISO_8859_1);
            if (length < 0 || first != type.equals("IHDR")) {
                throw new BrokenFile("not built like a PNG");
            }
            first = false;
            anyData |= type.equals("IDAT");
            boolean kept = PNG_KEPT.contains(type) && !(type.equals("iCCP") && length > LARGEST_PROFILE);
            if (type.equals("eXIf") && length <= LARGEST_EXIF) {
                byte[] exif = new byte[length];
                in.readFully(exif);
                in.readInt();
                turn = orientation(exif);
                if (turn != UPRIGHT) {
                    writeChunk(out, name, exifOf(turn));
                }
                continue;
            }
            if (kept) {
                out.writeInt(length);
                out.write(name);
            }
            CRC32 sum = new CRC32();
            sum.update(name);
            for (int left = length; left > 0; ) {
                int read = in.read(buffer, 0, Math.min(left, buffer.length));
                if (read < 0) {
                    throw new EOFException();
                }
                sum.update(buffer, 0, read);
                if (kept) {
                    out.write(buffer, 0, read);
                }
                left -= read;
            }
            int said = in.readInt();
            if (kept) {
                if (said != (int) sum.getValue()) {
                    throw new BrokenFile("a checksum does not fit");
                }
                out.writeInt(said);
            }
            if (type.equals("IEND")) {
                if (!anyData) {
                    throw new BrokenFile("no picture in it");
                }
                out.flush();
                return turn;
            }
        }
    }

    private static void writeChunk(DataOutputStream out, byte[] name, byte[] content) throws IOException {
        CRC32 sum = new CRC32();
        sum.update(name);
        sum.update(content);
        out.writeInt(content.length);
        out.write(name);
        out.write(content);
        out.writeInt((int) sum.getValue());
    }

    private static int webp(DataInputStream in, Path to) throws IOException {
        byte[] four = new byte[4];
        in.readFully(four);
        boolean isRiff = Arrays.equals(four, "RIFF".getBytes(StandardCharsets.US_ASCII));
        long left = Integer.toUnsignedLong(Integer.reverseBytes(in.readInt()));
        in.readFully(four);
        if (!isRiff || !Arrays.equals(four, "WEBP".getBytes(StandardCharsets.US_ASCII))) {
            throw new BrokenFile("no start");
        }
        left -= 4;
        int turn = UPRIGHT;
        long flagsAt = -1;
        int flags = 0;
        boolean anyData = false;
        try (RandomAccessFile out = new RandomAccessFile(to.toFile(), "rw")) {
            out.setLength(0);
            out.write("RIFF____WEBP".getBytes(StandardCharsets.US_ASCII));
            while (left >= 8) {
                in.readFully(four);
                String type = new String(four, StandardCharsets.ISO_8859_1);
                long length = Integer.toUnsignedLong(Integer.reverseBytes(in.readInt()));
                long padded = length + (length & 1);
                left -= 8 + padded;
                if (left < 0) {
                    throw new BrokenFile("a part that is longer than the whole");
                }
                anyData |= type.startsWith("VP8") && !type.equals("VP8X");
                if (type.equals("EXIF") && length <= LARGEST_EXIF) {
                    byte[] exif = in.readNBytes((int) padded);
                    turn = orientation(
                            startsWith(exif, EXIF) ? Arrays.copyOfRange(exif, EXIF.length, exif.length) : exif);
                } else if (WEBP_KEPT.contains(type) && !(type.equals("ICCP") && length > LARGEST_PROFILE)) {
                    out.write(four);
                    out.writeInt(Integer.reverseBytes((int) length));
                    if (type.equals("VP8X")) {
                        flagsAt = out.getFilePointer();
                    }
                    copy(in, padded, out);
                } else {
                    in.skipNBytes(padded);
                }
            }
            if (!anyData) {
                throw new BrokenFile("no picture in it");
            }
            if (flagsAt >= 0) {
                out.seek(flagsAt);
                flags = out.read();
                if ((flags & WEBP_HAS_ANIMATION) != 0) {
                    throw new BrokenFile("several pictures in one");
                }
                flags &= ~(WEBP_HAS_XMP | WEBP_HAS_EXIF);
                out.seek(flagsAt);
                out.write(turn == UPRIGHT ? flags : flags | WEBP_HAS_EXIF);
                if (turn != UPRIGHT) {
                    byte[] exif = exifOf(turn);
                    out.seek(out.length());
                    out.write("EXIF".getBytes(StandardCharsets.US_ASCII));
                    out.writeInt(Integer.reverseBytes(exif.length));
                    out.write(exif);
                }
            }
            out.seek(4);
            out.writeInt(Integer.reverseBytes((int) (out.length() - 8)));
        }
        return turn;
    }

    private static void copy(DataInputStream in, long length, RandomAccessFile out) throws IOException {
        byte[] buffer = new byte[1 << 16];
        for (long left = length; left > 0; ) {
            int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (read < 0) {
                throw new EOFException();
            }
            out.write(buffer, 0, read);
            left -= read;
        }
    }

    /** What a header says about the turn; upright when it says nothing that can be read. */
    private static int orientation(byte[] tiff) {
        try (MemoryCacheImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(tiff))) {
            Entry entry = new TIFFReader().read(in).getEntryById(TIFF.TAG_ORIENTATION);
            return entry != null
                            && entry.getValue() instanceof Number turn
                            && turn.intValue() >= 1
                            && turn.intValue() <= 8
                    ? turn.intValue()
                    : UPRIGHT;
        } catch (IOException | RuntimeException unreadable) {
            return UPRIGHT;
        }
    }

    /** One entry: tag 0x0112, a short. Of even length. */
    private static byte[] exifOf(int turn) {
        return new byte[] {
            'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte) turn, 0, 0, 0, 0, 0, 0
        };
    }

    private static boolean startsWith(byte[] bytes, byte[] beginning) {
        return bytes.length >= beginning.length
                && Arrays.equals(bytes, 0, beginning.length, beginning, 0, beginning.length);
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
