package org.servicerecovery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.UUID;

/** A customer-experience lead of an application in a process of its own: all that they do goes over HTTP. */
public final class Lead {

    /** As the owner of cases. */
    public static final String ID = "lead";

    private static final JsonMapper JSON = new JsonMapper();

    private final Visitor visitor;

    private Lead(Visitor visitor) {
        this.visitor = visitor;
    }

    /** Signs in; the administrator adds them where they are not known yet. */
    public static Lead signedIn(int port) {
        Visitor admin = Visitor.withBasic(port, RunningApplication.ADMIN, RunningApplication.ADMIN_PASSWORD);
        if (admin.get("/engine-rest/user?id=" + ID).body().equals("[]")) {
            expect(
                    204,
                    admin.post(
                            "/engine-rest/user/create",
                            json(Map.of(
                                    "profile", Map.of("id", ID, "firstName", "Test", "lastName", "Lead"),
                                    "credentials", Map.of("password", TestPeople.PASSWORD)))));
            expect(204, admin.call("PUT", "/engine-rest/group/cx-lead/members/" + ID, ""));
        }
        return new Lead(Visitor.withBasic(port, ID, TestPeople.PASSWORD));
    }

    /** Registers a customer; the number. */
    public String customer() {
        String number = UUID.randomUUID().toString();
        post(201, "/api/customers", Map.of("number", number, "name", "Hanna Birk"));
        return number;
    }

    /** Makes EUR 120.00 known that a customer paid; the id of the charge. */
    public String paid(String customer) {
        String charge = "ch-" + customer;
        post(
                201,
                "/api/customers/" + customer + "/payments",
                Map.of(
                        "chargeId", charge,
                        "reference", "INV-" + customer,
                        "amount", "120.00",
                        "currency", "EUR",
                        "paidAt", "2026-11-02T10:00:00Z"));
        return charge;
    }

    /** Opens a case and owns it; the number. */
    public String opensCase(String customer, String severity, String summary) {
        return post(
                        201,
                        "/api/cases",
                        Map.of(
                                "customerNumber", customer,
                                "severity", severity,
                                "source", "complaint",
                                "summary", summary,
                                "owner", ID))
                .get("number")
                .asText();
    }

    public JsonNode post(int status, String path, Map<String, ?> content) {
        return expect(status, visitor.post(path, json(content)));
    }

    public JsonNode get(String path) {
        return expect(200, visitor.get(path));
    }

    private static JsonNode expect(int status, HttpResponse<String> answer) {
        if (answer.statusCode() != status) {
            throw new AssertionError(answer.uri() + " answered with " + answer.statusCode() + " and not " + status
                    + ": " + answer.body());
        }
        try {
            return JSON.readTree(answer.body());
        } catch (JsonProcessingException e) {
            throw new AssertionError(answer.uri() + " answered with no JSON: " + answer.body(), e);
        }
    }

    private static String json(Map<String, ?> content) {
        try {
            return JSON.writeValueAsString(content);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
