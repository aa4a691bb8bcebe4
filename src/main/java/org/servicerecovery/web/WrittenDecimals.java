package org.servicerecovery.web;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.deser.std.NumberDeserializers.BigDecimalDeserializer;
import java.io.IOException;
import java.math.BigDecimal;
import org.servicerecovery.Amounts;
import org.springframework.boot.jackson.JsonComponent;

/** Decimal numbers that come as text are read as people write them. */
@JsonComponent
class WrittenDecimals extends JsonDeserializer<BigDecimal> {

    @Override
    public BigDecimal deserialize(JsonParser json, DeserializationContext context) throws IOException {
        if (!json.hasToken(JsonToken.VALUE_STRING)) {
            return BigDecimalDeserializer.instance.deserialize(json, context);
        }
        String text = json.getText().strip();
        try {
            return Amounts.written(text);
        } catch (NumberFormatException e) {
            return (BigDecimal) context.handleWeirdStringValue(BigDecimal.class, text, "not a number");
        }
    }
}
