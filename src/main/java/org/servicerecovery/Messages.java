package org.servicerecovery;

import java.util.Locale;
import java.util.Map;
import java.util.ResourceBundle;
import java.util.ResourceBundle.Control;
import java.util.TreeMap;
import org.springframework.context.MessageSource;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.stereotype.Component;

/**
 * The wording of the product, from {@code messages/messages.properties} (English) and a file beside it for each further
 * language. A reader whose language has no file reads English.
 */
@Component
public class Messages {

    private static final String BUNDLE = "messages.messages";
    /** The language of the server's machine is nobody's. */
    private static final Control NO_OTHER_LANGUAGE = Control.getNoFallbackControl(Control.FORMAT_PROPERTIES);

    private final MessageSource source;

    Messages(MessageSource source) {
        this.source = source;
    }

    /**
     * In the language of whoever asks; outside of a request, that of the JVM.
     *
     * @throws org.springframework.context.NoSuchMessageException for a key that no file has
     */
    public String text(String key, Object... arguments) {
        return text(LocaleContextHolder.getLocale(), key, arguments);
    }

    public String text(Locale reader, String key, Object... arguments) {
        return source.getMessage(key, arguments, reader);
    }

    /** Everything that can be said to this reader, by key; {@code {0}} stands for an argument. */
    public Map<String, String> all(Locale reader) {
        ResourceBundle bundle = bundle(reader);
        Map<String, String> all = new TreeMap<>();
        bundle.keySet().forEach(key -> all.put(key, bundle.getString(key)));
        return all;
    }

    /** The language in which this reader is answered. */
    public Locale language(Locale reader) {
        Locale found = bundle(reader).getLocale();
        return found.equals(Locale.ROOT) ? Locale.ENGLISH : found;
    }

    private static ResourceBundle bundle(Locale reader) {
        return ResourceBundle.getBundle(BUNDLE, reader, Messages.class.getClassLoader(), NO_OTHER_LANGUAGE);
    }
}
