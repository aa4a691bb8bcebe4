package org.servicerecovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.compensation.Compensations;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What somebody sends again with the same key is done once and answered alike. */
@RunningApplication
class OnceTest {

    @LocalServerPort
    int port;

    @Autowired
    ApplicationContext application;

    @Autowired
    ObjectMapper json;

    @Autowired
    JdbcClient db;

    @Autowired
    Compensations compensations;

    final String key = UUID.randomUUID().toString();
    Loop loop;
    Visitor owner;
    String customer = "";

    @BeforeEach
    void somebodyWhoOpensCases() {
        loop = new Loop(application);
        owner = Visitor.withBasic(port, loop.person(Role.CASE_OWNER), TestPeople.PASSWORD);
        customer = loop.customer();
    }

    @Test
    void theSameWishOpensOneCaseAndAnotherWishWithItsKeyIsRefused() throws Exception {
        HttpResponse<String> first = send(owner, "/api/cases", wish("Nobody came"), key);
        HttpResponse<String> again = send(owner, "/api/cases", wish("Nobody came"), key);
        HttpResponse<String> other = send(owner, "/api/cases", wish("Somebody came"), key);
        Visitor manager = Visitor.withBasic(port, loop.person(Role.MANAGER), TestPeople.PASSWORD);
        HttpResponse<String> another = send(manager, "/api/cases", wish("Nobody came"), key);

        String number = json.readTree(first.body()).path("number").asText();
        assertThat(first.statusCode()).isEqualTo(201);
        assertThat(again.statusCode()).isEqualTo(201);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(other.statusCode()).isEqualTo(409);
        assertThat(other.body()).contains("Idempotency-Key", "Something else was sent with this key", number);
        assertThat(another.statusCode()).as("a key is its person's own").isEqualTo(201);
        assertThat(cases()).isEqualTo(2);
    }

    @Test
    void theSameSentAtTheSameTimeIsDoneOnce() {
        CompletableFuture<HttpResponse<String>> one =
                CompletableFuture.supplyAsync(() -> send(owner, "/api/cases", wish("Twice"), key));
        CompletableFuture<HttpResponse<String>> two =
                CompletableFuture.supplyAsync(() -> send(owner, "/api/cases", wish("Twice"), key));

        assertThat(one.join().body()).isEqualTo(two.join().body());
        assertThat(cases()).isEqualTo(1);
    }

    @Test
    void whatWasRefusedMayBeMendedAndSentWithTheSameKey() {
        assertThat(send(owner, "/api/cases", wish(""), key).statusCode()).isEqualTo(400);
        assertThat(send(owner, "/api/cases", wish("Mended"), key).statusCode()).isEqualTo(201);
        assertThat(send(owner, "/api/cases", wish("Short"), "1").body()).contains("8 to 100 characters");
    }

    @Test
    void creditIsGivenOnce() {
        RecoveryCase planned = loop.planned(Severity.MINOR, 1);
        String path = "/api/cases/" + planned.number() + "/compensations";
        String offer = "{\"kind\":\"credit\",\"amount\":\"12.50\",\"currency\":\"EUR\",\"reason\":\"Sorry\"}";

        HttpResponse<String> first = send(owner, path, offer, key);
        HttpResponse<String> again = send(owner, path, offer, key);

        assertThat(first.statusCode()).as(first.body()).isEqualTo(201);
        assertThat(again.statusCode()).isEqualTo(201);
        assertThat(compensations.of(planned.id())).hasSize(1);
        assertThat(send(owner, path, offer.replace("12.50", "13"), key).statusCode())
                .isEqualTo(409);
        assertThat(send(owner, path, offer, UUID.randomUUID().toString()).statusCode())
                .isEqualTo(201);
        assertThat(compensations.of(planned.id())).hasSize(2);
    }

    private String wish(String summary) {
        return "{\"customerNumber\":\"" + customer + "\",\"severity\":\"minor\",\"source\":\"complaint\",\"summary\":\""
                + summary + "\"}";
    }

    private long cases() {
        return db.sql("select count(*) from recovery_case c join customer u on u.id = c.customer_id where u.number = ?")
                .param(customer)
                .query(Long.class)
                .single();
    }

    private static HttpResponse<String> send(Visitor who, String path, String body, String key) {
        return who.send(who.request(path)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", key)
                .POST(BodyPublishers.ofString(body)));
    }
}
