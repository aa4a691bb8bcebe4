package org.servicerecovery.workorder.leak;

import java.util.Set;

/**
 * A word of a text as the patterns see it.
 *
 * @param text in small letters, as the language writes it without accents
 * @param written as it stands in the text
 * @param forms the text, its stem, the words it is compounded of and their stems, and what kind of word it is
 * @param opens whether a sentence starts here
 */
record Word(String text, String written, int start, int end, Set<String> forms, boolean opens) {

    /** A kind of word, as patterns write it; no word is written in capitals once it is read. */
    static final String NUMBER = "#";

    static final String NAME = "NAME";
    /** Whose something is: Dave's. */
    static final String NAMES = "NAMES";
}
