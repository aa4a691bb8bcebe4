package org.servicerecovery.correspondence;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.imageio.ImageIO;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.rendering.ImageType;
import org.apache.pdfbox.rendering.PDFRenderer;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Messages;
import org.springframework.stereotype.Component;

/** Makes pages of a letter. */
@Component
class LetterPages {

    /** @param number how many pages */
    record Pdf(byte[] bytes, int number) {}

    /** Who writes to whom about what; the address is null where none is known. */
    record Envelope(
            String caseNumber, String addressee, @Nullable String address, String signer) {}

    private record Section(String heading, String text) {}

    private static final int SCREEN_DPI = 80;
    private static final int MOST_IMAGES = 6;

    private final PrintedPages printed;
    private final MergeValues values;
    private final Letterhead sender;

    LetterPages(PrintedPages printed, MergeValues values, Letterhead sender) {
        this.printed = printed;
        this.values = values;
        this.sender = sender;
    }

    Pdf of(LetterText letter, Envelope envelope) {
        byte[] bytes = printed.of("letter", Messages.asWritten(letter.language()), words(letter, envelope));
        try (PDDocument document = Loader.loadPDF(bytes)) {
            return new Pdf(bytes, document.getNumberOfPages());
        } catch (IOException e) {
            throw new UncheckedIOException("The pages of the letter could not be counted.", e);
        }
    }

    /** The first pages as images for a screen, each as a data URL: a browser shows them where it shows no PDF. */
    List<String> images(Pdf pdf) {
        try (PDDocument document = Loader.loadPDF(pdf.bytes())) {
            PDFRenderer renderer = new PDFRenderer(document);
            List<String> images = new ArrayList<>();
            for (int page = 0; page < Math.min(pdf.number(), MOST_IMAGES); page++) {
                ByteArrayOutputStream png = new ByteArrayOutputStream();
                ImageIO.write(renderer.renderImageWithDPI(page, SCREEN_DPI, ImageType.GRAY), "png", png);
                images.add("data:image/png;base64," + Base64.getEncoder().encodeToString(png.toByteArray()));
            }
            return images;
        } catch (IOException e) {
            throw new UncheckedIOException("The letter could not be made into images.", e);
        }
    }

    private Map<String, Object> words(LetterText letter, Envelope envelope) {
        Map<String, Object> words = new HashMap<>();
        words.put("senderLines", lines(sender.address()));
        words.put("contactLines", lines(sender.contact()));
        words.put("addressee", envelope.addressee());
        words.put("addressLines", lines(envelope.address()));
        words.put("date", values.today(letter.language()));
        words.put("caseNumber", envelope.caseNumber());
        words.put("title", letter.title());
        words.put("paragraphs", paragraphs(letter.body()));
        words.put(
                "sections",
                letter.parts().isEmpty()
                        ? List.of()
                        : LetterForm.PARTS.stream()
                                .map(part -> new Section(
                                        "letter.part." + part, Objects.requireNonNullElse(letter.part(part), "")))
                                .toList());
        words.put("signer", envelope.signer());
        return words;
    }

    private static List<String> lines(@Nullable String text) {
        return text == null || text.isBlank()
                ? List.of()
                : text.lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .toList();
    }

    private static List<String> paragraphs(String text) {
        return Arrays.stream(text.split("\\R\\s*\\R")).toList();
    }
}
