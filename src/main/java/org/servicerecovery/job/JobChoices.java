package org.servicerecovery.job;

import java.util.List;
import java.util.Map;
import org.servicerecovery.engine.FormOptions;
import org.servicerecovery.engine.ProcessBean;

/** Skills and areas as the choices of a form. */
@ProcessBean("jobChoices")
public class JobChoices {

    private final JobsProperties properties;

    JobChoices(JobsProperties properties) {
        this.properties = properties;
    }

    public Object skills() {
        return options(properties.skills());
    }

    public Object areas() {
        return options(properties.areas());
    }

    private static Object options(Map<String, String> labels) {
        List<Map<String, String>> options = labels.entrySet().stream()
                .map(each -> Map.of("label", each.getValue(), "value", each.getKey()))
                .toList();
        return FormOptions.of(options);
    }
}
