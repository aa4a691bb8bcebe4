package org.servicerecovery.models;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ModelContractTest {

    @Test
    void modelsFormsAndJavaFitTogether() {
        ModelFiles release = ModelFiles.ofThisRelease();
        assertThat(release.ending(".bpmn")).hasSize(9);
        assertThat(release.ending(".dmn")).hasSize(10);
        assertThat(release.ending(".form")).hasSize(36);

        assertThat(new ModelContract(StepTypes.ofThisRelease()).violations(release))
                .isEmpty();
    }
}
