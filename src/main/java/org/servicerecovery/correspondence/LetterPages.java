package org.servicerecovery.correspondence;

import com.openhtmltopdf.outputdevice.helper.BaseRendererBuilder.FontStyle;
import com.openhtmltopdf.pdfboxout.PdfRendererBuilder;
import com.openhtmltopdf.util.XRLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import javax.imageio.ImageIO;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.rendering.ImageType;
import org.apache.pdfbox.rendering.PDFRenderer;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.thymeleaf.ITemplateEngine;
import org.thymeleaf.context.Context;

/**
 * Makes pages of a letter. What people wrote goes into the page as text and is evaluated by nothing; the fonts come
 * along, so that every machine makes the same pages.
 */
@Component
class LetterPages {

    /** @param number how many pages */
    record Pdf(byte[] bytes, int number) {}

    /** Who writes to whom about what; the address is null where none is known. */
    record Envelope(
            String caseNumber, String addressee, @Nullable String address, String signer) {}

    private record Section(String heading, String text) {}

    private static final String FONTS = "/net/sf/jasperreports/fonts/dejavu/";
    private static final int SCREEN_DPI = 80;
    private static final int MOST_IMAGES = 6;

    static {
        // It would tell of every page it makes; what goes wrong is thrown.
        XRLog.setLoggingEnabled(false);
    }

    private final ITemplateEngine html;
    private final MergeValues values;
    private final Letterhead sender;
    private final String logo;

    LetterPages(ITemplateEngine html, MergeValues values, Letterhead sender) {
        this.html = html;
        this.values = values;
        this.sender = sender;
        this.logo = sender.logoAsData();
    }

    Pdf of(LetterText letter, Envelope envelope) {
        try {
            ByteArrayOutputStream pdf = new ByteArrayOutputStream();
            PdfRendererBuilder builder = new PdfRendererBuilder();
            builder.withHtmlContent(html(letter, envelope), null);
            // Nothing is fetched: what the page needs is in it.
            builder.useUriResolver((base, uri) -> uri != null && uri.startsWith("data:") ? uri : null);
            builder.useFont(() -> font("DejaVuSans.ttf"), "DejaVu Sans", 400, FontStyle.NORMAL, true);
            builder.useFont(() -> font("DejaVuSans-Bold.ttf"), "DejaVu Sans", 700, FontStyle.NORMAL, true);
            builder.toStream(pdf);
            builder.run();
            byte[] bytes = pdf.toByteArray();
            try (PDDocument document = Loader.loadPDF(bytes)) {
                return new Pdf(bytes, document.getNumberOfPages());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The letter could not be made into pages.", e);
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

    private String html(LetterText letter, Envelope envelope) {
        Context page = new Context(MergeValues.locale(letter.language()));
        page.setVariable("language", letter.language());
        page.setVariable("logo", logo);
        page.setVariable("sender", sender.name());
        page.setVariable("senderLines", lines(sender.address()));
        page.setVariable("contactLines", lines(sender.contact()));
        page.setVariable("addressee", printable(envelope.addressee()));
        page.setVariable("addressLines", lines(envelope.address()));
        page.setVariable("date", values.today(letter.language()));
        page.setVariable("caseNumber", envelope.caseNumber());
        page.setVariable("title", printable(letter.title()));
        page.setVariable("paragraphs", paragraphs(letter.body()));
        page.setVariable(
                "sections",
                letter.parts().isEmpty()
                        ? List.of()
                        : LetterForm.PARTS.stream()
                                .map(part -> new Section(
                                        "letter.part." + part,
                                        printable(Objects.requireNonNullElse(letter.part(part), ""))))
                                .toList());
        page.setVariable("signer", printable(envelope.signer()));
        return html.process("letter", page);
    }

    private static List<String> lines(@Nullable String text) {
        return text == null || text.isBlank()
                ? List.of()
                : printable(text)
                        .lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .toList();
    }

    private static List<String> paragraphs(String text) {
        return Arrays.stream(printable(text).split("\\R\\s*\\R")).toList();
    }

    /** Without what XML has no place for. */
    private static String printable(String text) {
        StringBuilder printable = new StringBuilder();
        text.codePoints()
                .filter(each -> each == '\n'
                        || each == '\t'
                        || (each >= 0x20 && each <= 0xD7FF)
                        || (each >= 0xE000 && each <= 0xFFFD)
                        || each >= 0x10000)
                .forEach(printable::appendCodePoint);
        return printable.toString();
    }

    private static InputStream font(String file) {
        return Objects.requireNonNull(LetterPages.class.getResourceAsStream(FONTS + file), file);
    }
}
