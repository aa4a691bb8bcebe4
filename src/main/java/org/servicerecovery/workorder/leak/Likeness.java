package org.servicerecovery.workorder.leak;

/** Whether a word is another one misspelt, or written as it sounds. */
final class Likeness {

    /** A shorter word is too easily another one. */
    static final int SHORTEST = 5;

    /** So many letters may be wrong at most. */
    static final int MOST = 3;

    /** From so many letters on, two may be wrong. */
    private static final int LONG = 9;

    private static final int SHORTEST_PART = 3;
    /** Shorter words sound alike too often. */
    static final int HEARD = 7;

    private Likeness() {}

    static boolean misspells(String found, String meant, Analysis analysis) {
        return misspells(found, analysis.sound(found), meant, analysis.sound(meant));
    }

    static boolean misspells(String found, String foundSound, String meant, String meantSound) {
        int shorter = Math.min(found.length(), meant.length());
        if (shorter < SHORTEST || Math.abs(found.length() - meant.length()) > MOST || hasDigit(found)) {
            return false;
        }
        boolean startsAlike = found.charAt(0) == meant.charAt(0);
        int wrong = distance(found, meant, MOST);
        if (wrong <= (shorter >= LONG ? 2 : 1) && (startsAlike || wrong == 1 && shorter >= LONG)) {
            return true;
        }
        return shorter >= HEARD && wrong <= 2 && foundSound.equals(meantSound);
    }

    /** Whether a compound starts or ends with the word, misspelt by one letter. */
    static boolean misspellsPart(String compound, String meant) {
        int length = meant.length();
        return length > LONG
                && compound.length() >= length + SHORTEST_PART
                && (distance(compound.substring(0, length), meant, 1) <= 1
                        || distance(compound.substring(compound.length() - length), meant, 1) <= 1);
    }

    private static boolean hasDigit(String word) {
        for (int i = 0; i < word.length(); i++) {
            if (Character.isDigit(word.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    /** Letters to be changed, left out, put in or swapped with the next; more than {@code most} are not counted. */
    static int distance(String one, String other, int most) {
        if (Math.abs(one.length() - other.length()) > most) {
            return most + 1;
        }
        int[] before = new int[other.length() + 1];
        int[] last = new int[other.length() + 1];
        int[] row = new int[other.length() + 1];
        for (int j = 0; j <= other.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            row[0] = i;
            int least = i;
            for (int j = 1; j <= other.length(); j++) {
                int changed = last[j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(changed, 1 + Math.min(last[j], row[j - 1]));
                if (i > 1
                        && j > 1
                        && one.charAt(i - 1) == other.charAt(j - 2)
                        && one.charAt(i - 2) == other.charAt(j - 1)) {
                    row[j] = Math.min(row[j], before[j - 2] + 1);
                }
                least = Math.min(least, row[j]);
            }
            if (least > most) {
                return most + 1;
            }
            int[] free = before;
            before = last;
            last = row;
            row = free;
        }
        return last[other.length()];
    }
}
