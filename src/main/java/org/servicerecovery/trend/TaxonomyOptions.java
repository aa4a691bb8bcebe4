package org.servicerecovery.trend;

import java.util.List;
import java.util.Map;
import org.servicerecovery.engine.FormOptions;
import org.servicerecovery.engine.ProcessBean;

/** The tags as the choices of a form. */
@ProcessBean("taxonomyOptions")
public class TaxonomyOptions {

    private final Taxonomy taxonomy;

    TaxonomyOptions(Taxonomy taxonomy) {
        this.taxonomy = taxonomy;
    }

    public Object all() {
        List<Map<String, String>> options = taxonomy.tags().stream()
                .map(tag -> Map.of("label", tag.label(), "value", tag.code()))
                .toList();
        return FormOptions.of(options);
    }
}
