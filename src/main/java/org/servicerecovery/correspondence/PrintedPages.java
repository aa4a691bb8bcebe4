package org.servicerecovery.correspondence;

import com.openhtmltopdf.outputdevice.helper.BaseRendererBuilder.FontStyle;
import com.openhtmltopdf.pdfboxout.PdfRendererBuilder;
import com.openhtmltopdf.util.XRLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.springframework.stereotype.Component;
import org.thymeleaf.ITemplateEngine;
import org.thymeleaf.context.Context;

/**
 * Makes a PDF of a template, in the name of the business: {@code language}, {@code sender} and {@code logo} are known in
 * each. What people wrote goes into the page as text and is evaluated by nothing; the fonts come along, so that every
 * machine makes the same pages. They are tagged, for those who have them read aloud.
 */
@Component
public class PrintedPages {

    private static final String FONTS = "/net/sf/jasperreports/fonts/dejavu/";

    static {
        // It would tell of every page it makes; what goes wrong is thrown.
        XRLog.setLoggingEnabled(false);
    }

    private final ITemplateEngine html;
    private final Letterhead sender;
    private final String logo;

    PrintedPages(ITemplateEngine html, Letterhead sender) {
        this.html = html;
        this.sender = sender;
        this.logo = sender.logoAsData();
    }

    /** In whose name. */
    public String sender() {
        return sender.name();
    }

    /**
     * @param template its title and language are those of the PDF
     * @param words what the template calls by name
     */
    public byte[] of(String template, Locale reader, Map<String, Object> words) {
        Context page = new Context(reader, words);
        page.setVariable("language", reader.getLanguage());
        page.setVariable("sender", sender.name());
        page.setVariable("logo", logo);
        try {
            ByteArrayOutputStream pdf = new ByteArrayOutputStream();
            PdfRendererBuilder builder = new PdfRendererBuilder();
            builder.withHtmlContent(printable(html.process(template, page)), null);
            // Nothing is fetched: what the page needs is in it.
            builder.useUriResolver((base, uri) -> uri != null && uri.startsWith("data:") ? uri : null);
            builder.useFont(() -> font("DejaVuSans.ttf"), "DejaVu Sans", 400, FontStyle.NORMAL, true);
            builder.useFont(() -> font("DejaVuSans-Bold.ttf"), "DejaVu Sans", 700, FontStyle.NORMAL, true);
            builder.usePdfUaAccessibility(true);
            builder.toStream(pdf);
            builder.run();
            return pdf.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException("The PDF could not be made.", e);
        }
    }

    /** Without what XML has no place for. */
    private static String printable(String text) {
        StringBuilder printable = new StringBuilder(text.length());
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
        return Objects.requireNonNull(PrintedPages.class.getResourceAsStream(FONTS + file), file);
    }
}
