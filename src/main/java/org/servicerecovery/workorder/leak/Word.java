package org.servicerecovery.workorder.leak;

import java.util.Set;

/**
 * A word of a text as the patterns see it.
 *
 * @param text in small letters, as the language writes it without accents
 * @param written as it stands in the text
 * @param forms the text, its stem, the words it is compounded of and their stems
 * @param opens whether a sentence starts here
 */
record Word(String text, String written, int start, int end, Set<String> forms, boolean opens) {}
