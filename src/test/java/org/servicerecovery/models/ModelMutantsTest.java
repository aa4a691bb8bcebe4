package org.servicerecovery.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The contract is worth what it catches. */
class ModelMutantsTest {

    /** Two find every gap in the contract that all 1243 places found, in a third of the time. */
    private static final int PLACES_PER_FILE = Integer.getInteger("mutants.places-per-file", 2);

    @Test
    void everyDamageDoneToAModelOrFormIsCaught() {
        ModelFiles release = ModelFiles.ofThisRelease();
        ModelContract contract = new ModelContract(StepTypes.ofThisRelease());
        assertThat(contract.violations(release)).as("without damage").isEmpty();

        List<Mutants.Mutant> mutants = Mutants.of(release, PLACES_PER_FILE);
        List<String> survivors = new ArrayList<>();
        for (Mutants.Mutant mutant : mutants) {
            assertThat(mutant.files()).as(mutant.what()).isNotEqualTo(release);
            if (contract.violations(mutant.files()).isEmpty()) {
                survivors.add(mutant.what());
            }
        }

        assertThat(survivors).as("not caught").isEmpty();
        assertThat(mutants.stream().map(ModelMutantsTest::kind).collect(Collectors.toSet()))
                .as("kinds of damage")
                .hasSizeGreaterThanOrEqualTo(10);
    }

    private static String kind(Mutants.Mutant mutant) {
        return mutant.what().substring(0, mutant.what().indexOf(':'));
    }
}
