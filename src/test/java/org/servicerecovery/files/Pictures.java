package org.servicerecovery.files;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.ImageIO;
import org.apache.commons.imaging.formats.jpeg.exif.ExifRewriter;
import org.apache.commons.imaging.formats.tiff.constants.TiffTagConstants;
import org.apache.commons.imaging.formats.tiff.write.TiffOutputSet;

/** Makes the files that people send: real bytes, in any size. */
public final class Pictures {

    /** Where every photo here was taken; no byte of it may be kept. */
    public static final String PLACE = "53,47.9N";

    private static final String SMALLEST_WEBP = "UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA";

    private Pictures() {}

    /**
     * As a phone writes it: red in the corner that is stored first, GPS data in its header, a description of the place
     * besides, a comment, and something hung on at the end.
     *
     * @param turn how it is to be turned, 1 to 8 as in EXIF
     */
    public static byte[] photo(int width, int height, int turn, long seed) {
        try {
            ByteArrayOutputStream plain = new ByteArrayOutputStream();
            ImageIO.write(drawn(width, height, seed), "jpg", plain);
            TiffOutputSet exif = new TiffOutputSet(ByteOrder.BIG_ENDIAN);
            exif.setGpsInDegrees(-1.54, 53.79);
            exif.getOrCreateRootDirectory().add(TiffTagConstants.TIFF_TAG_ORIENTATION, (short) turn);
            ByteArrayOutputStream located = new ByteArrayOutputStream();
            new ExifRewriter().updateExifMetadataLossless(plain.toByteArray(), located, exif);
            byte[] bytes = located.toByteArray();
            ByteArrayOutputStream whole = new ByteArrayOutputStream();
            whole.write(bytes, 0, 2);
            segment(whole, 0xe1, "http://ns.adobe.com/xap/1.0/\0<x exif:GPSLatitude='" + PLACE + "'/>");
            segment(whole, 0xfe, "taken at " + PLACE);
            whole.write(bytes, 2, bytes.length - 2);
            whole.write(("a film, taken at " + PLACE).getBytes(StandardCharsets.US_ASCII));
            return whole.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static byte[] png(int width, int height, long seed) {
        try {
            ByteArrayOutputStream plain = new ByteArrayOutputStream();
            ImageIO.write(drawn(width, height, seed), "png", plain);
            byte[] bytes = plain.toByteArray();
            int afterHeader = 8 + 25;
            ByteArrayOutputStream whole = new ByteArrayOutputStream();
            whole.write(bytes, 0, afterHeader);
            chunk(
                    new DataOutputStream(whole),
                    "tEXt",
                    ("Comment\0taken at " + PLACE).getBytes(StandardCharsets.US_ASCII));
            whole.write(bytes, afterHeader, bytes.length - afterHeader);
            whole.write(PLACE.getBytes(StandardCharsets.US_ASCII));
            return whole.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A few hundred kilobytes that are so many black pixels. */
    public static byte[] bomb(int side) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(bytes);
            out.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
            chunk(
                    out,
                    "IHDR",
                    ByteBuffer.allocate(13)
                            .putInt(side)
                            .putInt(side)
                            .put(new byte[] {1, 0, 0, 0, 0})
                            .array());
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            try (DeflaterOutputStream deflating = new DeflaterOutputStream(packed, new Deflater(1))) {
                byte[] row = new byte[1 + (side + 7) / 8];
                for (int i = 0; i < side; i++) {
                    deflating.write(row);
                }
            }
            chunk(out, "IDAT", packed.toByteArray());
            chunk(out, "IEND", new byte[0]);
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One pixel, with a header that says where it was taken and that it lies on its side. */
    public static byte[] webp() {
        byte[] small = Base64.getDecoder().decode(SMALLEST_WEBP);
        byte[] exif = ("MM\0*\0\0\0\10\0\1\1\22\0\3\0\0\0\1\0\6\0\0\0\0\0\0" + "taken at " + PLACE + "  ")
                .getBytes(StandardCharsets.ISO_8859_1);
        exif = Arrays.copyOf(exif, exif.length & ~1);
        byte[] xmp = ("<x>" + PLACE + "</x>").getBytes(StandardCharsets.US_ASCII);
        int xmpPadded = xmp.length + (xmp.length & 1);
        ByteBuffer whole = ByteBuffer.allocate(12 + 18 + (small.length - 12) + 8 + exif.length + 8 + xmpPadded)
                .order(ByteOrder.LITTLE_ENDIAN);
        whole.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(whole.capacity() - 8);
        whole.put("WEBPVP8X".getBytes(StandardCharsets.US_ASCII)).putInt(10);
        whole.put((byte) 0x0c).put(new byte[9]);
        whole.put(small, 12, small.length - 12);
        whole.put("EXIF".getBytes(StandardCharsets.US_ASCII))
                .putInt(exif.length)
                .put(exif);
        whole.put("XMP ".getBytes(StandardCharsets.US_ASCII)).putInt(xmp.length).put(xmp);
        return whole.array();
    }

    public static byte[] pdf() {
        return ("%PDF-1.4\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n"
                        + "trailer<</Root 1 0 R>>\n%%EOF\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** The beginning of a Windows program. */
    public static byte[] program() {
        ByteBuffer bytes = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put("MZ".getBytes(StandardCharsets.US_ASCII)).position(0x3c);
        bytes.putInt(0x80).position(0x80);
        bytes.put("PE\0\0".getBytes(StandardCharsets.US_ASCII));
        return bytes.array();
    }

    public static byte[] heic() {
        return "\0\0\0\30ftypheic\0\0\0\0mif1heic\0\0\0\10free".getBytes(StandardCharsets.ISO_8859_1);
    }

    public static byte[] svg() {
        return "<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>"
                .getBytes(StandardCharsets.UTF_8);
    }

    private static BufferedImage drawn(int width, int height, long seed) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D canvas = image.createGraphics();
        canvas.setColor(Color.LIGHT_GRAY);
        canvas.fillRect(0, 0, width, height);
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            canvas.setColor(new Color(0, random.nextInt(256), random.nextInt(256)));
            canvas.fillOval(random.nextInt(width), random.nextInt(height), width / 10 + 1, height / 10 + 1);
        }
        canvas.setColor(Color.RED);
        canvas.fillRect(0, 0, width / 3, height / 3);
        canvas.dispose();
        return image;
    }

    private static void segment(ByteArrayOutputStream out, int marker, String text) {
        byte[] content = text.getBytes(StandardCharsets.ISO_8859_1);
        out.write(0xff);
        out.write(marker);
        out.write((content.length + 2) >> 8);
        out.write(content.length + 2);
        out.writeBytes(content);
    }

    private static void chunk(DataOutputStream out, String type, byte[] content) throws IOException {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 sum = new CRC32();
        sum.update(name);
        sum.update(content);
        out.writeInt(content.length);
        out.write(name);
        out.write(content);
        out.writeInt((int) sum.getValue());
    }
}
