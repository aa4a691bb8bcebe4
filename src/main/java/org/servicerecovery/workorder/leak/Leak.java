package org.servicerecovery.workorder.leak;

/**
 * Words that let on that there was a complaint.
 *
 * @param field whose text it is
 * @param start of the words in the text, in chars
 * @param end after them
 * @param words as written
 * @param reason what they give away: the last part of the message's key
 * @param why in a sentence, in the reader's language
 */
public record Leak(String field, int start, int end, String words, String reason, String why) {}
