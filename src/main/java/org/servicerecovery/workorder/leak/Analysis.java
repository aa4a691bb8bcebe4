package org.servicerecovery.workorder.leak;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.charfilter.MappingCharFilter;
import org.apache.lucene.analysis.charfilter.NormalizeCharMap;
import org.apache.lucene.analysis.compound.DictionaryCompoundWordTokenFilter;
import org.apache.lucene.analysis.de.GermanLightStemFilter;
import org.apache.lucene.analysis.de.GermanNormalizationFilter;
import org.apache.lucene.analysis.en.EnglishPossessiveFilter;
import org.apache.lucene.analysis.en.PorterStemFilter;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.apache.lucene.analysis.miscellaneous.KeywordRepeatFilter;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.OffsetAttribute;
import org.apache.lucene.analysis.tokenattributes.PositionIncrementAttribute;

/** How a language's words are read: taken apart, and brought to their stem. Safe for many threads. */
final class Analysis {

    private static final NormalizeCharMap SIGNS = signs();
    private static final Pattern SENTENCE_ENDS = Pattern.compile("[!?\\n]|\\.(?=\\s+[\\p{Lu}\\d]|\\.)");
    /** "Kd. zahlt", "pls. Call": the full stop ends no sentence after so few letters. */
    private static final int SHORTENED = 3;

    private final Analyzer analyzer;
    private final boolean compounds;

    private Analysis(Analyzer analyzer, boolean compounds) {
        this.compounds = compounds;
        this.analyzer = analyzer;
    }

    /** @param compounded the words that are found within longer ones, where the language has such */
    static Analysis of(String language, Set<String> compounded) {
        return switch (language) {
            case "de" ->
                new Analysis(
                        chain(words -> {
                            TokenStream stream = new GermanNormalizationFilter(words);
                            if (!compounded.isEmpty()) {
                                stream = new DictionaryCompoundWordTokenFilter(
                                        stream, new CharArraySet(compounded, true), 8, 5, 30, true);
                            }
                            return new GermanLightStemFilter(new KeywordRepeatFilter(new ASCIIFoldingFilter(stream)));
                        }),
                        true);
            case "en" ->
                new Analysis(
                        chain(words -> new PorterStemFilter(
                                new KeywordRepeatFilter(new EnglishPossessiveFilter(new ASCIIFoldingFilter(words))))),
                        false);
            default -> throw new IllegalArgumentException("no analysis for the language " + language);
        };
    }

    List<Word> read(String text) {
        List<Word> words = new ArrayList<>();
        try (TokenStream stream = analyzer.tokenStream("text", text)) {
            CharTermAttribute term = stream.addAttribute(CharTermAttribute.class);
            OffsetAttribute offset = stream.addAttribute(OffsetAttribute.class);
            PositionIncrementAttribute step = stream.addAttribute(PositionIncrementAttribute.class);
            stream.reset();
            while (stream.incrementToken()) {
                if (step.getPositionIncrement() == 0 && !words.isEmpty()) {
                    words.get(words.size() - 1).forms().add(term.toString());
                    continue;
                }
                int start = offset.startOffset();
                int end = Math.max(start, offset.endOffset());
                Set<String> forms = new LinkedHashSet<>(Set.of(term.toString()));
                boolean opens = words.isEmpty() || opens(text, words.get(words.size() - 1), start);
                words.add(new Word(term.toString(), text.substring(start, end), start, end, forms, opens));
            }
            stream.end();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return words;
    }

    /** The word as the analysis writes it, and its stem. */
    Set<String> forms(String word) {
        List<Word> read = read(word);
        return read.isEmpty() ? Set.of(word) : read.get(0).forms();
    }

    /** The word as the analysis writes it. */
    String text(String word) {
        return forms(word).iterator().next();
    }

    /** Whether the language writes several words as one. */
    boolean compounds() {
        return compounds;
    }

    private static boolean opens(String text, Word before, int start) {
        String between = text.substring(Math.min(before.end(), start), Math.min(start + 1, text.length()));
        return SENTENCE_ENDS.matcher(between).find()
                && (before.text().length() > SHORTENED || between.indexOf('.') < 0 || before.opens());
    }

    private static Analyzer chain(UnaryOperator<TokenStream> language) {
        return new Analyzer() {
            @Override
            protected TokenStreamComponents createComponents(String field) {
                Tokenizer words = new StandardTokenizer();
                return new TokenStreamComponents(words, language.apply(new LowerCaseFilter(words)));
            }

            @Override
            protected Reader initReader(String field, Reader reader) {
                return new MappingCharFilter(SIGNS, reader);
            }
        };
    }

    /** What the tokenizer would drop or leave within a word. */
    private static NormalizeCharMap signs() {
        NormalizeCharMap.Builder signs = new NormalizeCharMap.Builder();
        signs.add("_", " ");
        signs.add("%", " percent ");
        signs.add("£", " pound ");
        signs.add("€", " euro ");
        signs.add("*", " star ");
        signs.add("★", " star ");
        signs.add("&", " and ");
        signs.add("+", " plus ");
        signs.add("’", "'");
        return signs.build();
    }
}
