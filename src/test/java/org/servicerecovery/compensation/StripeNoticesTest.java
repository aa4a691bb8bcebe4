package org.servicerecovery.compensation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;

/** Signed here as <a href="https://docs.stripe.com/webhooks#verify-manually">Stripe describes it</a>, by nothing of its library. */
class StripeNoticesTest {

    private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
    private static final String SECRET = "whsec_only-for-tests";
    private static final UUID KEY = UUID.randomUUID();

    private final StripeNotices notices = new StripeNotices(SECRET, Clock.fixed(NOW, ZoneOffset.UTC));

    @ParameterizedTest
    @ValueSource(strings = {"refund.created", "refund.updated", "refund.failed", "charge.refund.updated"})
    void newsOfARefundIsRead(String type) throws Exception {
        assertThat(read(event(type, refund()))).contains(new RefundNotice("evt_1", "re_1", KEY));
    }

    @Test
    void newsOfARefundMadeOutsideHasNoKey() throws Exception {
        String outside = "{\"id\":\"re_1\",\"object\":\"refund\",\"metadata\":{\"service_recovery_key\":\"x\"}}";

        assertThat(read(event("refund.created", outside))).contains(new RefundNotice("evt_1", "re_1", null));
        assertThat(read(event("refund.created", "{\"id\":\"re_1\",\"object\":\"refund\"}")))
                .contains(new RefundNotice("evt_1", "re_1", null));
    }

    @Test
    void refundedChargeTellsItsNewestRefundOrNothing() throws Exception {
        assertThat(read(event("charge.refunded", "{\"id\":\"ch_1\",\"object\":\"charge\"}")))
                .isEmpty();
        assertThat(read(event(
                        "charge.refunded",
                        "{\"id\":\"ch_1\",\"object\":\"charge\",\"refunds\":{\"data\":[" + refund() + "]}}")))
                .contains(new RefundNotice("evt_1", "re_1", KEY));
    }

    @Test
    void newsOfSomethingElseIsNothing() throws Exception {
        assertThat(read(event("charge.succeeded", "{\"id\":\"ch_1\",\"object\":\"charge\"}")))
                .isEmpty();
    }

    @Test
    void eventOfAnyApiVersionIsRead() throws Exception {
        String old = event("refund.updated", refund()).replace("2026-07-29.dahlia", "2011-01-01");

        assertThat(read(old)).isPresent();
    }

    @Test
    void oneRightSignatureOfSeveralIsEnough() throws Exception {
        String body = event("refund.created", refund());
        String header = "t=" + NOW.getEpochSecond() + ",v1=" + "0".repeat(64) + ",v1=" + signature(SECRET, NOW, body);

        assertThat(read(body, header)).isPresent();
    }

    @Test
    void otherSchemesAreIgnored() throws Exception {
        String body = event("refund.created", refund());
        String right = signature(SECRET, NOW, body);

        assertRefused(body, "t=" + NOW.getEpochSecond() + ",v0=" + right);
        assertThat(read(body, "t=" + NOW.getEpochSecond() + ",v0=" + "0".repeat(64) + ",v1=" + right))
                .isPresent();
    }

    @Test
    void otherSecretIsRefused() throws Exception {
        String body = event("refund.created", refund());

        assertRefused(body, "t=" + NOW.getEpochSecond() + ",v1=" + signature("whsec_other", NOW, body));
    }

    @Test
    void changedBodyIsRefused() throws Exception {
        String body = event("refund.created", refund());
        String header = header(NOW, body);

        assertRefused(body.replace("re_1", "re_2"), header);
    }

    @Test
    void changedTimeIsRefused() throws Exception {
        String body = event("refund.created", refund());
        String signed = signature(SECRET, NOW.minusSeconds(600), body);

        assertRefused(body, "t=" + NOW.getEpochSecond() + ",v1=" + signed);
    }

    @Test
    void signatureIsAsOldAsFiveMinutesByOurClockAtMost() throws Exception {
        String body = event("refund.created", refund());

        assertThat(read(body, header(NOW.minusSeconds(300), body))).isPresent();
        assertRefused(body, header(NOW.minusSeconds(301), body));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "t=", "v1", "t=now,v1=0", "t=1", "garbage", "t,v1"})
    void headerOfAnotherFormIsRefused(String header) {
        assertRefused(event("refund.created", refund()), header);
    }

    @Test
    void missingHeaderAndMissingSecretAreToldApart() {
        byte[] body = event("refund.created", refund()).getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> notices.read(body, new HttpHeaders()))
                .isInstanceOf(NoticeRefused.class)
                .hasMessageContaining("Stripe-Signature");
        assertThatThrownBy(() -> new StripeNotices("", Clock.systemUTC()).read(body, new HttpHeaders()))
                .isInstanceOf(NoticeRefused.class)
                .hasMessageContaining("service-recovery.payments.notice-secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no JSON", "[]", "{}", "{\"id\":\"evt_1\"}", "{\"type\":\"refund.created\"}"})
    void signedBodyThatIsNoEventIsRefused(String body) throws Exception {
        assertRefused(body, header(NOW, body));
    }

    private Optional<RefundNotice> read(String body) throws Exception {
        return read(body, header(NOW, body));
    }

    private Optional<RefundNotice> read(String body, String header) throws NoticeRefused {
        HttpHeaders headers = new HttpHeaders();
        headers.set("Stripe-Signature", header);
        return notices.read(body.getBytes(StandardCharsets.UTF_8), headers);
    }

    private void assertRefused(String body, String header) {
        assertThatThrownBy(() -> read(body, header))
                .isInstanceOf(NoticeRefused.class)
                .message()
                .doesNotContain(SECRET);
    }

    private static String refund() {
        return "{\"id\":\"re_1\",\"object\":\"refund\",\"amount\":500,\"currency\":\"eur\",\"created\":1793534400,"
                + "\"status\":\"pending\",\"metadata\":{\"service_recovery_key\":\"" + KEY + "\"}}";
    }

    static String event(String type, String object) {
        return "{\"id\":\"evt_1\",\"object\":\"event\",\"api_version\":\"2026-07-29.dahlia\",\"created\":1793534400,"
                + "\"livemode\":false,\"pending_webhooks\":1,\"request\":null,\"type\":\"" + type
                + "\",\"data\":{\"object\":" + object + "}}";
    }

    static String header(Instant at, String body) throws GeneralSecurityException {
        return header(SECRET, at, body);
    }

    static String header(String secret, Instant at, String body) throws GeneralSecurityException {
        return "t=" + at.getEpochSecond() + ",v1=" + signature(secret, at, body);
    }

    private static String signature(String secret, Instant at, String body) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        byte[] signed = mac.doFinal((at.getEpochSecond() + "." + body).getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(signed);
    }
}
