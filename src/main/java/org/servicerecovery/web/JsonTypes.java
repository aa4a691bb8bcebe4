package org.servicerecovery.web;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.util.List;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.converter.json.MappingJackson2HttpMessageConverter;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * What is sent as JSON is of the type that the description names: no text is made of a number, and no 3 of 3.7. Only what
 * comes from outside: amounts that the database tells as numbers are read as texts elsewhere.
 */
@Configuration(proxyBeanMethods = false)
class JsonTypes implements WebMvcConfigurer {

    private static final List<CoercionInputShape> NO_TEXTS =
            List.of(CoercionInputShape.Integer, CoercionInputShape.Float, CoercionInputShape.Boolean);

    @Override
    public void extendMessageConverters(List<HttpMessageConverter<?>> converters) {
        for (HttpMessageConverter<?> converter : converters) {
            if (converter instanceof MappingJackson2HttpMessageConverter json) {
                json.setObjectMapper(strict(json.getObjectMapper()));
            }
        }
    }

    private static ObjectMapper strict(ObjectMapper lenient) {
        ObjectMapper strict = lenient.copy();
        strict.disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT);
        NO_TEXTS.forEach(
                shape -> strict.coercionConfigFor(LogicalType.Textual).setCoercion(shape, CoercionAction.Fail));
        return strict;
    }
}
