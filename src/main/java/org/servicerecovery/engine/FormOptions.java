package org.servicerecovery.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import org.camunda.spin.Spin;

/** Choices for a select field, in the form in which Tasklist's forms read them: a list of label and value. */
public final class FormOptions {

    private static final ObjectMapper JSON = new ObjectMapper();

    private FormOptions() {}

    public static Object of(List<Map<String, String>> options) {
        try {
            return Spin.JSON(JSON.writeValueAsString(options));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Labels and values are plain text.", e);
        }
    }
}
