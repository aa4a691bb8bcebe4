package org.servicerecovery.compensation.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerecovery.compensation.sandbox.SandboxClient.Answer;

class SandboxProcessorTest {

    private static final Instant NOW = Instant.parse("2026-03-29T00:30:00.123456Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

    private static SandboxProcessor processor;
    private static SandboxClient client;

    @BeforeAll
    static void startProcessor() throws SQLException {
        processor = SandboxProcessor.start(
                SandboxDatabases.create(), 0, SandboxDatabases.delays(Duration.ofSeconds(15)), CLOCK);
        client = new SandboxClient(processor.url());
    }

    @AfterAll
    static void stopProcessor() {
        processor.close();
    }

    @Test
    void refundIsBookedAndShownOnTheCharge() throws Exception {
        String charge = charge(10_00, "EUR");
        String key = key();

        Answer answer = client.refund(key, charge, 4_00, "EUR");

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.json().get("status").asText()).isEqualTo("settled");
        assertThat(answer.json().get("amount").asText()).isEqualTo("400");
        assertThat(answer.json().get("at").asText()).isEqualTo(NOW.toString());
        assertThat(client.get("/charges/" + charge).json().get("refunded").asText())
                .isEqualTo("400");
        assertThat(client.get("/refunds?key=" + key).json()).isEqualTo(answer.json());
    }

    @Test
    void sameKeyTwicePaysOnceAndIsAnsweredAlike() throws Exception {
        String charge = charge(10_00, "EUR");
        String key = key();

        Answer first = client.refund(key, charge, 4_00, "EUR");
        Answer asNumber = client.post(key, "{\"currency\":\"EUR\",\"amount\":400,\"charge\":\"" + charge + "\"}");

        assertThat(asNumber).isEqualTo(first);
        assertThat(entriesOn(charge)).hasSize(1);
    }

    @Test
    void twentyRequestsAtOnceWithOneKeyBookOneRefund() throws Exception {
        String charge = charge(100_00, "EUR");
        String key = key();

        List<Answer> answers = atOnce(20, n -> client.refund(key, charge, 4_00, "EUR"));

        assertThat(answers).allMatch(answer -> answer.status() == 201).containsOnly(answers.get(0));
        assertThat(entriesOn(charge)).hasSize(1);
        assertThat(client.get("/charges/" + charge).json().get("refunded").asText())
                .isEqualTo("400");
    }

    @Test
    void oneKeyRacingOnTwoChargesIsBookedOnOneOfThem() throws Exception {
        String one = charge(10_00, "EUR");
        String other = charge(10_00, "EUR");
        String key = key();

        List<Answer> answers = atOnce(2, n -> client.refund(key, n == 0 ? one : other, 4_00, "EUR"));

        assertThat(answers).extracting(Answer::status).containsExactlyInAnyOrder(201, 422);
        assertThat(entriesOn(one).size() + entriesOn(other).size()).isEqualTo(1);
    }

    @Test
    void twoRefundsAtOnceThatTogetherExceedTheChargeAreNotBothPaid() throws Exception {
        for (int round = 0; round < 10; round++) {
            String charge = charge(10_00, "EUR");

            List<Answer> answers = atOnce(2, n -> client.refund(key(), charge, 6_00, "EUR"));

            assertThat(answers).extracting(Answer::status).containsExactlyInAnyOrder(201, 402);
            assertThat(answers).extracting(Answer::code).containsExactlyInAnyOrder("", "amount_too_large");
            assertThat(client.get("/charges/" + charge).json().get("refunded").asText())
                    .isEqualTo("600");
        }
    }

    @ParameterizedTest
    @CsvSource({"charge-a,401,EUR", "charge-b,400,EUR", "charge-a,400,USD"})
    void keyIsNotTakenForAnotherRefund(String charge, long amount, String currency) throws Exception {
        String key = key();
        String prefix = UUID.randomUUID().toString();
        client.charge(prefix + "charge-a", 10_00, "EUR");
        client.charge(prefix + "charge-b", 10_00, "EUR");
        client.refund(key, prefix + "charge-a", 4_00, "EUR");

        Answer answer = client.refund(key, prefix + charge, amount, currency);

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.code()).isEqualTo("key_reused");
    }

    @Test
    void moreThanTheChargeIsDeclined() throws Exception {
        String charge = charge(10_00, "EUR");

        Answer answer = client.refund(key(), charge, 10_01, "EUR");

        assertThat(answer.status()).isEqualTo(402);
        assertThat(answer.code()).isEqualTo("amount_too_large");
        assertThat(client.get("/charges/" + charge).json().get("refunded").asText())
                .isEqualTo("0");
    }

    @Test
    void declineIsAnsweredAgainEvenWhenTheKeyIsRepeated() throws Exception {
        String charge = charge(10_00, "EUR");
        client.refund(key(), charge, 10_00, "EUR");
        String key = key();

        Answer first = client.refund(key, charge, 1, "EUR");

        assertThat(first.status()).isEqualTo(402);
        assertThat(first.code()).isEqualTo("charge_already_refunded");
        assertThat(client.refund(key, charge, 1, "EUR")).isEqualTo(first);
    }

    @Test
    void markedChargeIsDeclined() throws Exception {
        String charge = "ch-declined-" + UUID.randomUUID();
        client.charge(charge, 10_00, "EUR");

        Answer answer = client.refund(key(), charge, 1_00, "EUR");

        assertThat(answer.status()).isEqualTo(402);
        assertThat(answer.code()).isEqualTo("declined");
    }

    @Test
    void markedChargeIsBookedAndThenTheConnectionDropsOnce() throws Exception {
        String charge = "ch-timeout-" + UUID.randomUUID();
        client.charge(charge, 10_00, "EUR");
        String key = key();

        assertThatThrownBy(() -> client.refund(key, charge, 4_00, "EUR")).isInstanceOf(IOException.class);

        Answer lookedUp = client.get("/refunds?key=" + key);
        assertThat(lookedUp.status()).isEqualTo(200);
        assertThat(client.refund(key, charge, 4_00, "EUR").json()).isEqualTo(lookedUp.json());
        assertThat(entriesOn(charge)).hasSize(1);
    }

    @Test
    void unknownChargeIsNotFoundAndDoesNotUseUpTheKey() throws Exception {
        String charge = "ch-" + UUID.randomUUID();
        String key = key();

        Answer unknown = client.refund(key, charge, 1_00, "EUR");

        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.code()).isEqualTo("charge_unknown");
        assertThat(client.get("/refunds?key=" + key).code()).isEqualTo("refund_unknown");
        client.charge(charge, 1_00, "EUR");
        assertThat(client.refund(key, charge, 1_00, "EUR").status()).isEqualTo(201);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"charge\":\"CHARGE\",\"amount\":0,\"currency\":\"EUR\"}",
                "{\"charge\":\"CHARGE\",\"amount\":\"0\",\"currency\":\"EUR\"}",
                "{\"charge\":\"CHARGE\",\"amount\":-1,\"currency\":\"EUR\"}",
                "{\"charge\":\"CHARGE\",\"amount\":\"-1\",\"currency\":\"EUR\"}",
                "{\"charge\":\"CHARGE\",\"amount\":1.5,\"currency\":\"EUR\"}",
                "{\"charge\":\"CHARGE\",\"amount\":1e2,\"currency\":\"EUR\"}",
                "{\"charge\":\"CHARGE\",\"amount\":\"1,50\",\"currency\":\"EUR\"}",
                "{\"charge\":\"CHARGE\",\"amount\":1000000000000000000,\"currency\":\"EUR\"}",
                "{\"charge\":\"CHARGE\",\"amount\":null,\"currency\":\"EUR\"}",
                "{\"charge\":\"CHARGE\",\"currency\":\"EUR\"}",
                "{\"charge\":\"CHARGE\",\"amount\":1,\"amount\":2,\"currency\":\"EUR\"}",
                "{\"charge\":\"CHARGE\",\"amount\":1,\"currency\":\"EURO\"}",
                "{\"charge\":\"CHARGE\",\"amount\":1,\"currency\":\"XAU\"}",
                "{\"charge\":\"CHARGE\",\"amount\":1,\"currency\":\"USD\"}",
                "{\"charge\":\"CHARGE\",\"amount\":1}",
                "{\"charge\":\"../CHARGE\",\"amount\":1,\"currency\":\"EUR\"}",
                "{\"amount\":1,\"currency\":\"EUR\"}",
                "{\"charge\":\"CHARGE\",\"amount\":1,\"currency\":\"EUR\"} {}",
                "{\"charge\":\"CHARGE\",\"amount\":1",
                "[]",
                "",
            })
    void malformedRefundIsRefusedAndNotBooked(String body) throws Exception {
        String charge = charge(10_00, "EUR");
        String key = key();

        Answer answer = client.post(key, body.replace("CHARGE", charge));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isNotEmpty();
        assertThat(client.get("/refunds?key=" + key).status()).isEqualTo(404);
        assertThat(entriesOn(charge)).isEmpty();
    }

    @Test
    void refundWithoutKeyIsRefused() throws Exception {
        String charge = charge(10_00, "EUR");

        Answer answer = client.send(client.request("/refunds")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"charge\":\"" + charge + "\",\"amount\":1,\"currency\":\"EUR\"}")));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("key_invalid");
        assertThat(entriesOn(charge)).isEmpty();
    }

    @Test
    void bodyTooLargeIsRefused() throws Exception {
        Answer answer = client.post(key(), "{\"charge\":\"" + "x".repeat(20_000) + "\"}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("body_invalid");
    }

    @Test
    void chargeIsRegisteredOnceAndNotChanged() throws Exception {
        String charge = "ch-" + UUID.randomUUID();

        assertThat(client.charge(charge, 10_00, "EUR").status()).isEqualTo(201);
        assertThat(client.charge(charge, 10_00, "EUR").status()).isEqualTo(200);
        assertThat(client.charge(charge, 10_01, "EUR").status()).isEqualTo(409);
        assertThat(client.charge(charge, 10_00, "USD").status()).isEqualTo(409);
        assertThat(client.get("/charges/" + charge).json().get("amount").asText())
                .isEqualTo("1000");
        assertThat(client.get("/charges/" + charge + "x").status()).isEqualTo(404);
    }

    @Test
    void otherPathsAndMethodsAreRefused() throws Exception {
        assertThat(client.get("/").status()).isEqualTo(404);
        assertThat(client.get("/refunds/").status()).isEqualTo(404);
        assertThat(client.send(client.request("/refunds").DELETE()).status()).isEqualTo(405);
        assertThat(client.get("/refunds?limit=-1").status()).isEqualTo(400);
    }

    @Test
    void bookIsListedPageByPageInTheOrderOfItsIds() throws Exception {
        String charge = charge(10_00, "EUR");
        for (int n = 0; n < 5; n++) {
            client.refund(key(), charge, 1_00 + n, "EUR");
        }

        assertThat(entriesOn(charge, 2))
                .extracting(entry -> entry.get("amount").asText())
                .containsExactly("100", "101", "102", "103", "104");
    }

    @Test
    void processorRestartedOnTheSameBookStillKnowsTheKey() throws Exception {
        String database = SandboxDatabases.create();
        String key = key();
        Answer before;
        try (SandboxProcessor first =
                SandboxProcessor.start(database, 0, SandboxDatabases.delays(Duration.ofSeconds(15)), CLOCK)) {
            SandboxClient ofFirst = new SandboxClient(first.url());
            ofFirst.charge("ch-1", 10_00, "EUR");
            before = ofFirst.refund(key, "ch-1", 10_00, "EUR");
        }
        Clock later = Clock.offset(CLOCK, Duration.ofDays(1));
        try (SandboxProcessor second =
                SandboxProcessor.start(database, 0, SandboxDatabases.delays(Duration.ofSeconds(15)), later)) {
            SandboxClient ofSecond = new SandboxClient(second.url());

            assertThat(ofSecond.refund(key, "ch-1", 10_00, "EUR")).isEqualTo(before);
            assertThat(ofSecond.refund(key(), "ch-1", 1, "EUR").code()).isEqualTo("charge_already_refunded");
            assertThat(ofSecond.book(10))
                    .extracting(entry -> entry.get("status").asText())
                    .containsExactly("settled", "declined");
        }
    }

    @Test
    void portInUseIsSaidInOneSentence() throws Exception {
        String database = SandboxDatabases.create();

        assertThatThrownBy(() -> SandboxProcessor.start(
                        database, processor.url().getPort(), SandboxDatabases.delays(Duration.ofSeconds(15)), CLOCK))
                .hasMessageStartingWith("Port " + processor.url().getPort() + " on 127.0.0.1 cannot be had");
    }

    private static String charge(long amount, String currency) throws IOException, InterruptedException {
        String id = "ch-" + UUID.randomUUID();
        assertThat(client.charge(id, amount, currency).status()).isEqualTo(201);
        return id;
    }

    private static String key() {
        return UUID.randomUUID().toString();
    }

    private static List<JsonNode> entriesOn(String charge) throws IOException, InterruptedException {
        return entriesOn(charge, 500);
    }

    private static List<JsonNode> entriesOn(String charge, int pageSize) throws IOException, InterruptedException {
        return client.book(pageSize).stream()
                .filter(entry -> entry.get("charge").asText().equals(charge))
                .toList();
    }

    private interface Sending {

        Answer send(int n) throws Exception;
    }

    private static List<Answer> atOnce(int count, Sending sending) throws Exception {
        CyclicBarrier start = new CyclicBarrier(count);
        ExecutorService senders = Executors.newFixedThreadPool(count);
        try {
            List<Callable<Answer>> calls = new ArrayList<>();
            for (int n = 0; n < count; n++) {
                int number = n;
                calls.add(() -> {
                    start.await();
                    return sending.send(number);
                });
            }
            List<Answer> answers = new ArrayList<>();
            for (Future<Answer> answer : senders.invokeAll(calls)) {
                answers.add(answer.get());
            }
            return answers;
        } finally {
            senders.shutdownNow();
        }
    }
}
