package org.servicerecovery.engine;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.camunda.feel.api.FeelEngineApi;
import org.camunda.feel.api.FeelEngineBuilder;
import org.jspecify.annotations.Nullable;

/**
 * What is written in a cell of a decision table. Of FEEL a row needs little: texts, numbers, and comparisons with them.
 * More is not taken, and what is taken is read by FEEL's own parser as well: what that cannot read fails only when a
 * case asks.
 */
final class CellText {

    /** Parsers and patterns go down a level with each bracket or quote; no cell comes near it. */
    static final int LONGEST = 2_000;

    private static final int SHOWN = 100;

    private static final String A_NUMBER = "-?(?:0|[1-9]\\d*)(?:\\.\\d+)?";
    private static final Pattern TEXT = Pattern.compile("\"([^\"]*)\"");
    private static final Pattern NUMBER = Pattern.compile(A_NUMBER);
    private static final Pattern COMPARISON = Pattern.compile("[<>]=?\\s*" + A_NUMBER);
    private static final Pattern INTERVAL =
            Pattern.compile("[\\[\\](]\\s*(" + A_NUMBER + ")\\s*\\.\\.\\s*(" + A_NUMBER + ")\\s*[\\[\\])]");
    private static final Pattern NOT = Pattern.compile("not\\s*\\((.*)\\)", Pattern.DOTALL);
    /** Thousands or decimals as other languages write them: FEEL reads two numbers in 1,500, and one and a half in 1.500. */
    private static final Pattern SEPARATED = Pattern.compile("\\d,\\d|\\d\\.\\d{3}(?!\\d)");

    private static final Pattern IN_QUOTES = Pattern.compile("\"(?:[^\"\\\\]++|\\\\.)*+\"");
    /** A row is compared with what is asked. What goes round or calls may never come to an end. */
    private static final Pattern GOES_ROUND =
            Pattern.compile("\\b(for|some|every|function)\\b|\\*\\*|(?<!\\bnot)(?<=[\\w\"])\\s*\\(");

    private static final FeelEngineApi FEEL = FeelEngineBuilder.forJava().build();

    private CellText() {}

    static String of(@Nullable String content) {
        return content == null ? "" : content.strip();
    }

    /** As it is shown in a sentence. */
    static String brief(String written) {
        return written.length() <= SHOWN ? written : written.substring(0, SHOWN) + "…";
    }

    static boolean isTooLong(String written) {
        return written.length() > LONGEST;
    }

    static boolean goesRound(String written) {
        return GOES_ROUND.matcher(withoutTexts(written)).find();
    }

    static boolean fitsAnything(String written) {
        return written.isEmpty() || written.equals("-");
    }

    /** The text or number that is written there; null when it is neither. */
    static @Nullable String value(String written) {
        Matcher text = TEXT.matcher(written);
        return text.matches() ? text.group(1) : NUMBER.matcher(written).matches() ? written : null;
    }

    /** Whether two people may read other numbers in it. */
    static boolean isAmbiguous(String written) {
        return SEPARATED.matcher(withoutTexts(written)).find();
    }

    static boolean compares(String written) {
        Matcher interval = INTERVAL.matcher(written);
        return COMPARISON.matcher(written).matches()
                || (interval.matches()
                        && new BigDecimal(interval.group(1)).compareTo(new BigDecimal(interval.group(2))) <= 0);
    }

    /** What is written in one cell, with commas between; of not(…) what is in it. */
    static List<String> parts(String written) {
        Matcher not = NOT.matcher(written);
        String all = not.matches() ? not.group(1) : written;
        List<String> parts = new ArrayList<>();
        boolean inText = false;
        int start = 0;
        for (int i = 0; i < all.length(); i++) {
            if (all.charAt(i) == '"') {
                inText = !inText;
            } else if (all.charAt(i) == ',' && !inText) {
                parts.add(all.substring(start, i).strip());
                start = i + 1;
            }
        }
        parts.add(all.substring(start).strip());
        return parts;
    }

    static boolean canBeCompared(String written) {
        return FEEL.parseUnaryTests(written).isSuccess();
    }

    static boolean canBeSaid(String written) {
        return FEEL.parseExpression(written).isSuccess();
    }

    private static String withoutTexts(String written) {
        return IN_QUOTES.matcher(written).replaceAll("\"\"");
    }
}
