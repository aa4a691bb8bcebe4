package org.servicerecovery.files;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.concurrent.Semaphore;
import java.util.function.BiConsumer;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import net.coobird.thumbnailator.Thumbnails;
import net.coobird.thumbnailator.util.exif.ExifFilterUtils;
import net.coobird.thumbnailator.util.exif.Orientation;

/**
 * What a picture shows.
 *
 * @param width in pixels, as seen
 * @param thumbnail a small JPEG of it, upright
 */
public record Picture(int width, int height, byte[] thumbnail) {

    private static final int THUMBNAIL_SIDE = 480;
    private static final double THUMBNAIL_QUALITY = 0.8;
    /** A decoder may need some hundred megabytes for one picture. */
    private static final Semaphore AT_A_TIME = new Semaphore(2);

    static {
        ImageIO.scanForPlugins();
    }

    /**
     * Reads a picture, its size before anything is made of it.
     *
     * @param turn how it asks to be turned, 1 to 8 as in EXIF
     * @param mayBeRead is told width and height, and throws when that is too much
     * @throws BrokenFile when it cannot be read
     */
    static Picture read(FileKind kind, Path file, int turn, BiConsumer<Integer, Integer> mayBeRead) throws IOException {
        AT_A_TIME.acquireUninterruptibly();
        try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
            Iterator<ImageReader> readers = ImageIO.getImageReadersByMIMEType(kind.type());
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                int width = reader.getWidth(0);
                int height = reader.getHeight(0);
                mayBeRead.accept(width, height);
                boolean lies = turn >= 5;
                return new Picture(
                        lies ? height : width, lies ? width : height, thumbnail(reader, width, height, turn));
            } finally {
                reader.dispose();
            }
        } catch (NotTaken tooMuch) {
            throw tooMuch;
        } catch (IOException | RuntimeException e) {
            throw new BrokenFile(String.valueOf(e.getMessage()));
        } finally {
            AT_A_TIME.release();
        }
    }

    private static byte[] thumbnail(ImageReader reader, int width, int height, int turn) throws IOException {
        ImageReadParam param = reader.getDefaultReadParam();
        // Twice what is needed: the rest is scaled smoothly.
        int every = Math.max(1, Math.max(width, height) / (2 * THUMBNAIL_SIDE));
        param.setSourceSubsampling(every, every, 0, 0);
        BufferedImage read = reader.read(0, param);
        BufferedImage onWhite = new BufferedImage(read.getWidth(), read.getHeight(), BufferedImage.TYPE_INT_RGB);
        var canvas = onWhite.createGraphics();
        canvas.setColor(Color.WHITE);
        canvas.fillRect(0, 0, read.getWidth(), read.getHeight());
        canvas.drawImage(read, 0, 0, null);
        canvas.dispose();
        BufferedImage upright = ExifFilterUtils.getFilterForOrientation(Orientation.typeOf(turn))
                .apply(onWhite);
        int side = Math.min(THUMBNAIL_SIDE, Math.max(upright.getWidth(), upright.getHeight()));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Thumbnails.of(upright)
                .size(side, side)
                .outputFormat("jpg")
                .outputQuality(THUMBNAIL_QUALITY)
                .toOutputStream(out);
        return out.toByteArray();
    }
}
