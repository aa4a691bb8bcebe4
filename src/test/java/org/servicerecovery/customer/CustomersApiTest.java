package org.servicerecovery.customer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import org.camunda.bpm.engine.IdentityService;
import org.joda.money.Money;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.Visitor;
import org.servicerecovery.access.Role;
import org.servicerecovery.compensation.SandboxPaymentProcessor;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

@RunningApplication
class CustomersApiTest {

    private static final String WILMA =
            "{\"number\":\"CA-77\",\"name\":\"Wilma Quast\",\"email\":\"w.quast@example.org\",\"phone\":\"+49 40 771-4242\"}";

    @LocalServerPort
    int port;

    @Autowired
    SandboxPaymentProcessor processor;

    @Autowired
    IdentityService identities;

    @Autowired
    ObjectMapper json;

    Visitor lead = Visitor.browser(0);

    @BeforeEach
    void wilmaIsKnown() {
        lead = Visitor.withBasic(port, TestPeople.person(identities, Role.CX_LEAD), TestPeople.PASSWORD);
        assertThat(lead.post("/api/customers", WILMA).statusCode()).isIn(200, 201);
    }

    @ParameterizedTest
    @ValueSource(strings = {"quast", "WILMA", "w.quast@", "ca-77", "7714242", "771%204242"})
    void aCustomerIsFoundByNameEMailNumberOrPhone(String words) throws Exception {
        JsonNode found = json.readTree(lead.get("/api/customers?q=" + words).body());

        assertThat(found.findValuesAsText("number")).contains("CA-77");
    }

    @Test
    void registeringANumberAgainChangesTheContactData() throws Exception {
        HttpResponse<String> created =
                lead.post("/api/customers", "{\"number\":\"CA-" + System.nanoTime() + "\",\"name\":\"New\"}");
        HttpResponse<String> changed = lead.post("/api/customers", WILMA.replace("Wilma Quast", "Wilma Quast-Beer"));

        assertThat(created.statusCode()).isEqualTo(201);
        assertThat(changed.statusCode()).isEqualTo(200);
        assertThat(json.readTree(lead.get("/api/customers/CA-77").body())
                        .path("name")
                        .textValue())
                .isEqualTo("Wilma Quast-Beer");
    }

    @Test
    void aPaymentKeepsTheDecimalsOfItsCurrency() throws Exception {
        String charge = "ch_" + System.nanoTime();
        HttpResponse<String> paid = lead.post("/api/customers/CA-77/payments", payment(charge, "\"12.5\"", "EUR"));

        assertThat(paid.statusCode()).isEqualTo(201);
        assertThat(json.readTree(paid.body()).path("amount").textValue()).isEqualTo("12.50");
        JsonNode payments =
                json.readTree(lead.get("/api/customers/CA-77").body()).path("payments");
        assertThat(payments.findValuesAsText("chargeId")).contains(charge);

        HttpResponse<String> again = lead.post("/api/customers/CA-77/payments", payment(charge, "\"12.5\"", "EUR"));
        assertThat(again.statusCode()).isEqualTo(409);
        assertThat(again.body()).contains("is known already");
    }

    @Test
    void aPaymentThatTheProcessorDoesNotTakeIsNotKept() {
        String charge = "ch_" + System.nanoTime();
        processor.registerCharge(charge, Money.parse("EUR 80.00"));

        HttpResponse<String> refused = lead.post("/api/customers/CA-77/payments", payment(charge, "\"12.5\"", "EUR"));

        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(409);
        assertThat(refused.body()).contains("did not take charge " + charge).contains("was not kept");
        assertThat(lead.get("/api/customers/CA-77").body()).doesNotContain(charge);
    }

    @ParameterizedTest
    @CsvSource({"0,EUR,amount", "-1,EUR,amount", "1.005,EUR,amount", "1.5,JPY,amount", "1,EURO,currency"})
    void anImpossibleAmountIsRefusedWithItsField(String amount, String currency, String field) throws Exception {
        HttpResponse<String> refused =
                lead.post("/api/customers/CA-77/payments", payment("ch_x" + System.nanoTime(), amount, currency));

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(json.readTree(refused.body()).path("errors").findValuesAsText("field"))
                .containsExactly(field);
    }

    @Test
    void whoMayOnlyWorkCasesRegistersNoPayments() {
        Visitor owner = Visitor.withBasic(port, TestPeople.person(identities, Role.CASE_OWNER), TestPeople.PASSWORD);

        assertThat(owner.post("/api/customers/CA-77/payments", payment("ch_y", "1", "EUR"))
                        .statusCode())
                .isEqualTo(403);
        assertThat(owner.get("/api/customers/CA-77").statusCode()).isEqualTo(200);
    }

    private static String payment(String charge, String amount, String currency) {
        return "{\"chargeId\":\"" + charge + "\",\"reference\":\"INV-1\",\"amount\":" + amount + ",\"currency\":\""
                + currency + "\",\"paidAt\":\"2026-11-01T10:00:00Z\"}";
    }
}
