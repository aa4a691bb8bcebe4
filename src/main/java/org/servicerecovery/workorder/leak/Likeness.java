package org.servicerecovery.workorder.leak;

/**
 * Whether a word is another one misspelt, or written as it sounds. What people often get wrong costs little (a letter
 * doubled or swapped with the next, a vowel for another, letters that sound alike), another letter altogether costs
 * much: "Verteilung" is no "Verzeihung", "appollogise" is "apologise".
 */
final class Likeness {

    /** A shorter word is too easily another one. */
    static final int SHORTEST = 5;

    /** Words differ by no more letters in their length. */
    static final int MOST = 3;

    private static final int SHORTEST_PART = 3;
    /** From so many letters on, a compound may have the word misspelt in it. */
    private static final int LONG = 10;
    /** Shorter words sound alike too often. */
    static final int HEARD = 7;

    private static final double DOUBLED = 0.3;
    private static final double SILENT = 0.5;
    private static final double ALIKE = 0.5;
    private static final double SWAPPED = 0.7;
    private static final double VOWEL = 0.7;
    private static final double DROPPED = 0.9;
    private static final double OTHER = 1.3;
    /** The first letter is the last that people get wrong. */
    private static final double FIRST = 0.6;

    /** So much may be wrong by the letter: a word of nine letters may have two common mistakes. */
    private static final double BY_LETTER = 0.155;
    /** And so much where all consonants sound the same, of which there are enough. */
    private static final double HEARD_BY_LETTER = 0.25;

    private static final int CONSONANTS = 4;

    private static final String VOWELS = "aeiouyäöü";
    private static final String[] SOUND_ALIKE = {"ckqg", "szcxß", "dt", "fvwp", "bp", "mn", "ijy"};

    private Likeness() {}

    static boolean misspells(String found, String meant) {
        int shorter = Math.min(found.length(), meant.length());
        if (shorter < SHORTEST || Math.abs(found.length() - meant.length()) > MOST || hasDigit(found)) {
            return false;
        }
        double most = HEARD_BY_LETTER * shorter;
        double cost = cost(found, meant, most);
        return cost <= BY_LETTER * shorter || shorter >= HEARD && cost <= most && soundAlike(found, meant);
    }

    /** Whether the consonants sound the same: "rikowery" for "recovery". */
    private static boolean soundAlike(String one, String other) {
        String consonants = consonants(one);
        return consonants.length() >= CONSONANTS && consonants.equals(consonants(other));
    }

    private static String consonants(String word) {
        StringBuilder heard = new StringBuilder();
        for (int i = 0; i < word.length(); i++) {
            char letter = word.charAt(i);
            for (String letters : SOUND_ALIKE) {
                if (letters.indexOf(letter) >= 0) {
                    letter = letters.charAt(0);
                    break;
                }
            }
            boolean silent = VOWELS.indexOf(letter) >= 0 || letter == 'h';
            if (!silent && (heard.isEmpty() || heard.charAt(heard.length() - 1) != letter)) {
                heard.append(letter);
            }
        }
        return heard.toString();
    }

    /** Whether a compound starts or ends with the word, misspelt by one letter. */
    static boolean misspellsPart(String compound, String meant) {
        int length = meant.length();
        return length >= LONG
                && compound.length() >= length + SHORTEST_PART
                && (cost(compound.substring(0, length), meant, 1) <= 1
                        || cost(compound.substring(compound.length() - length), meant, 1) <= 1);
    }

    private static boolean hasDigit(String word) {
        for (int i = 0; i < word.length(); i++) {
            if (Character.isDigit(word.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    /** What the mistakes cost that make one word of the other; what is more than {@code most} is not told exactly. */
    static double cost(String one, String other, double most) {
        double[] before = new double[other.length() + 1];
        double[] last = new double[other.length() + 1];
        double[] row = new double[other.length() + 1];
        for (int j = 1; j <= other.length(); j++) {
            last[j] = last[j - 1] + extra(other, j - 1);
        }
        for (int i = 1; i <= one.length(); i++) {
            char letter = one.charAt(i - 1);
            row[0] = last[0] + extra(one, i - 1);
            double least = row[0];
            for (int j = 1; j <= other.length(); j++) {
                char another = other.charAt(j - 1);
                double changed = last[j - 1]
                        + (letter == another
                                ? 0
                                : changed(letter, another) + (alike(letter, another) ? 0 : first(i, j)));
                double left = last[j] + extra(one, i - 1) + first(i, j);
                double put = row[j - 1] + extra(other, j - 1) + first(i, j);
                row[j] = Math.min(changed, Math.min(left, put));
                if (i > 1 && j > 1 && letter == other.charAt(j - 2) && one.charAt(i - 2) == another) {
                    row[j] = Math.min(row[j], before[j - 2] + (letter == another ? 0 : SWAPPED));
                }
                least = Math.min(least, row[j]);
            }
            if (least > most) {
                return least;
            }
            double[] free = before;
            before = last;
            last = row;
            row = free;
        }
        return last[other.length()];
    }

    private static double first(int i, int j) {
        return i == 1 && j == 1 ? FIRST : 0;
    }

    /** A letter that one word has more. */
    private static double extra(String word, int at) {
        char letter = word.charAt(at);
        boolean doubled = at > 0 && word.charAt(at - 1) == letter;
        if (doubled || at + 1 < word.length() && word.charAt(at + 1) == letter) {
            return DOUBLED;
        }
        boolean afterAlike = at > 0 && alike(word.charAt(at - 1), letter);
        boolean beforeAlike = at + 1 < word.length() && alike(letter, word.charAt(at + 1));
        if (letter == 'h' || letter == 'e' || afterAlike || beforeAlike) {
            return SILENT;
        }
        return DROPPED;
    }

    private static double changed(char one, char other) {
        if (alike(one, other)) {
            return ALIKE;
        }
        boolean vowels = VOWELS.indexOf(one) >= 0 && VOWELS.indexOf(other) >= 0;
        return vowels ? VOWEL : OTHER;
    }

    private static boolean alike(char one, char other) {
        for (String letters : SOUND_ALIKE) {
            if (letters.indexOf(one) >= 0 && letters.indexOf(other) >= 0) {
                return true;
            }
        }
        return false;
    }
}
