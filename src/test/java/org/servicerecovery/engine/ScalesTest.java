package org.servicerecovery.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.camunda.bpm.dmn.engine.DmnDecision;
import org.camunda.bpm.dmn.engine.DmnEngine;
import org.camunda.bpm.dmn.engine.DmnEngineConfiguration;
import org.camunda.bpm.model.dmn.Dmn;
import org.camunda.bpm.model.dmn.instance.Decision;
import org.camunda.bpm.model.dmn.instance.DecisionTable;
import org.junit.jupiter.api.Test;

class ScalesTest {

    private final DmnEngine engine =
            DmnEngineConfiguration.createDefaultDmnEngineConfiguration().buildEngine();

    @Test
    void amountsThatATableCannotTellApartHaveOneAnswer() throws IOException {
        String table = Files.readString(Path.of("processes/approval-limit.dmn"))
                .replaceFirst("&gt; 500<", "[500..550], not(700)<")
                .replaceFirst("&lt;= 200<", "&lt; 0, 150.5<");
        DmnDecision parsed = engine.parseDecision("approval-limit", stream(table));
        Scales scales = scales(table);
        Map<Map<String, Object>, Object> answers = new HashMap<>();
        Set<Map<String, Object>> asked = new HashSet<>();

        for (String limit : List.of("0", "100", "150", "150.5", "200", "300", "500", "550", "700", "1000", "2000")) {
            for (String beside : List.of("-0.01", "0", "0.010")) {
                for (String toCustomer : List.of("120", "300", "300.01", "4000", "5000")) {
                    Map<String, Object> question = Map.of(
                            "kind",
                            "refund",
                            "amount",
                            new BigDecimal(limit).add(new BigDecimal(beside)),
                            "customerAmount",
                            new BigDecimal(toCustomer),
                            "severity",
                            "critical");
                    Object answer =
                            engine.evaluateDecisionTable(parsed, question).getResultList();
                    asked.add(question);
                    assertThat(answers.getOrDefault(scales.alike(question), answer))
                            .as(question.toString())
                            .isEqualTo(answer);
                    answers.put(scales.alike(question), answer);
                }
            }
        }

        assertThat(answers).hasSizeLessThan(asked.size());
    }

    @Test
    void anAmountThatIsReckonedWithIsAskedAsItIs() throws IOException {
        String table = Files.readString(Path.of("processes/approval-limit.dmn"));
        Map<String, Object> one = Map.of("amount", new BigDecimal("3"));
        Map<String, Object> other = Map.of("amount", new BigDecimal("4"));
        assertThat(scales(table).alike(one)).isEqualTo(scales(table).alike(other));

        for (String reckoned : List.of(
                table.replace("<text>customerAmount</text>", "<text>customerAmount - amount</text>"),
                table.replaceFirst("&gt; 4000<", "&gt; amount<"),
                table.replaceFirst("&gt; 2000<", "&gt; 2000 + customerAmount<"))) {
            assertThat(scales(reckoned).alike(one))
                    .isNotEqualTo(scales(reckoned).alike(other));
        }
    }

    private static Scales scales(String table) {
        Decision decision = Dmn.readModelFromStream(stream(table)).getModelElementById("approval-limit");
        return new Scales((DecisionTable) decision.getExpression());
    }

    private static ByteArrayInputStream stream(String table) {
        return new ByteArrayInputStream(table.getBytes(StandardCharsets.UTF_8));
    }
}
