package org.servicerecovery.workorder.leak;

import java.util.List;

/**
 * How much a find says by itself, on the scale of {@link Wording}'s sums: what is found counts when it and the wording
 * of the text together weigh enough. The more a rule leaves open, the more of the text has to agree with it. Measured on
 * texts that were written after the rules: where two kinds spoke at once, none was innocent.
 */
enum Evidence {
    /** Of the very case: its number, its tags, its operative. However the text is worded. */
    KNOWN(100),
    /** Written as only numbers of cases are. */
    NUMBER(5.5),
    /** A word that is hardly used but for complaints, misspelt ones too. */
    CORE(4.8),
    /** Another word. */
    WORD(3.4),
    /** Written as tags are. */
    TAG(3.2),
    /** Words that follow one another. */
    SEQUENCE(3.1),
    /** Words with others between them, or one of a family each. */
    OPEN(3.1),
    /** Words that count only beside others. */
    NEAR(3.1),
    /** The wording alone. */
    NONE(0);

    private final double weight;

    Evidence(double weight) {
        this.weight = weight;
    }

    /** Each kind counts once: rules of a kind that overlap see the same. */
    static double weight(List<Found> found) {
        return found.stream()
                .map(Found::evidence)
                .distinct()
                .mapToDouble(evidence -> evidence.weight)
                .sum();
    }
}
