package org.servicerecovery.trend.lesson;

import java.util.List;
import java.util.Map;
import org.servicerecovery.engine.FormOptions;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.trend.taxonomy.Taxonomy;

/** The tags as the choices of a form. */
@ProcessBean("taxonomyOptions")
public class TaxonomyOptions {

    private final Taxonomy taxonomy;
    private final Lessons lessons;

    TaxonomyOptions(Taxonomy taxonomy, Lessons lessons) {
        this.taxonomy = taxonomy;
        this.lessons = lessons;
    }

    /** The cause that an analysis in this epoch found, with which a form starts; empty when there was none. */
    public String analysed(String caseInstanceId) {
        return lessons.tagFoundIn(caseInstanceId).orElse("");
    }

    /** The same for the form of a step. */
    public String analysedOfStep(String stepInstanceId) {
        return lessons.tagFoundBesideStep(stepInstanceId).orElse("");
    }

    public Object all() {
        return FormOptions.of(now());
    }

    /** The choices as they are now: a task keeps those of the moment when it was made. */
    public List<Map<String, String>> now() {
        return taxonomy.tags().stream()
                .map(tag -> Map.of("label", tag.label(), "value", tag.code()))
                .toList();
    }
}
