package org.servicerecovery;

import java.text.MessageFormat;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.MissingResourceException;
import java.util.Optional;
import java.util.ResourceBundle;
import java.util.ResourceBundle.Control;
import java.util.TreeMap;
import org.springframework.context.i18n.LocaleContextHolder;

/**
 * The wording of the product, from {@code messages/messages.properties} (English) and a file beside it for each further
 * language. A reader whose language has no file reads English.
 */
public final class Messages {

    private static final String BUNDLE = "messages.messages";
    /** The language of the server's machine is nobody's. */
    private static final Control NO_OTHER_LANGUAGE = Control.getNoFallbackControl(Control.FORMAT_PROPERTIES);

    private Messages() {}

    /**
     * In the language of whoever asks; outside of a request in English.
     *
     * @param arguments numbers are written the way of the language: give ids, years and the like as texts
     * @throws MissingResourceException for a key that no file has
     */
    public static String text(String key, Object... arguments) {
        return text(reader(), key, arguments);
    }

    public static String text(Locale reader, String key, Object... arguments) {
        ResourceBundle bundle = bundle(reader);
        String text = bundle.getString(key);
        return arguments.length == 0 ? text : new MessageFormat(text, language(bundle)).format(arguments);
    }

    /** The key of a sentence about so many: about one there is a sentence of its own, at {@code key.one}. */
    public static String ofCount(String key, long count) {
        return count == 1 ? key + ".one" : key;
    }

    /** A day as a sentence names it, in the language of the reader. */
    public static String day(LocalDate day) {
        return DateTimeFormatter.ofPattern(text("format.dayInText"), language(reader()))
                .format(day);
    }

    public static boolean has(String key) {
        return bundle(Locale.ENGLISH).containsKey(key);
    }

    /** The same where a text may be missing, such as one that is not in the file but in a model or form. */
    public static Optional<String> find(Locale reader, String key) {
        ResourceBundle bundle = bundle(reader);
        return bundle.containsKey(key) ? Optional.of(bundle.getString(key)) : Optional.empty();
    }

    /** Everything that can be said to this reader, by key; {@code {0}} stands for an argument. */
    public static Map<String, String> all(Locale reader) {
        ResourceBundle bundle = bundle(reader);
        Map<String, String> all = new TreeMap<>();
        bundle.keySet().forEach(key -> all.put(key, bundle.getString(key)));
        return all;
    }

    /** The language in which this reader is answered. */
    public static Locale language(Locale reader) {
        return language(bundle(reader));
    }

    /** Whoever asks in this request; a job of the server speaks English. */
    public static Locale reader() {
        return LocaleContextHolder.getLocaleContext() == null ? Locale.ENGLISH : LocaleContextHolder.getLocale();
    }

    /** How dates and numbers of a language are written. English as in Britain, day before month: a language says no country. */
    public static Locale asWritten(String language) {
        return switch (language) {
            case "en" -> Locale.UK;
            case "de" -> Locale.GERMANY;
            default -> Locale.forLanguageTag(language);
        };
    }

    private static Locale language(ResourceBundle bundle) {
        return bundle.getLocale().equals(Locale.ROOT) ? Locale.ENGLISH : bundle.getLocale();
    }

    private static ResourceBundle bundle(Locale reader) {
        return ResourceBundle.getBundle(BUNDLE, reader, Messages.class.getClassLoader(), NO_OTHER_LANGUAGE);
    }
}
