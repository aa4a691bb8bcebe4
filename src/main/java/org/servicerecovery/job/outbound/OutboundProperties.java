package org.servicerecovery.job.outbound;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.servicerecovery.Backoff;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where released jobs go.
 *
 * @param outbound {@code built-in}, {@code webhook} or {@code odoo}
 * @param reports how a receiver tells by webhook what became of a job; whoever tells it by the API needs none of this
 */
@ConfigurationProperties("service-recovery.jobs")
record OutboundProperties(
        @DefaultValue("built-in") String outbound,
        @DefaultValue Outbox outbox,
        @DefaultValue Webhook webhook,
        @DefaultValue Reports reports,
        @DefaultValue Odoo odoo) {

    /**
     * How what was not taken is sent again.
     *
     * @param parallel how many deliveries a node makes at once, each of another job
     * @param tries after so many a message is dead, and somebody is asked to see to it
     * @param keepDelivered how long after a job has ended its messages are kept, and what was reported of it
     */
    record Outbox(
            @DefaultValue("4") int parallel,
            @DefaultValue("5s") Duration firstWait,
            @DefaultValue("1h") Duration longestWait,
            @DefaultValue("20") int tries,
            @DefaultValue("30d") Duration keepDelivered) {

        Backoff backoff() {
            return new Backoff(firstWait, longestWait, tries);
        }
    }

    /**
     * @param secret what messages are signed with
     * @param previousSecret the one before, while the receiver does not know the new one yet
     */
    record Webhook(
            @DefaultValue("") String url,
            @DefaultValue("") String secret,
            @DefaultValue("") String previousSecret,
            @DefaultValue("2s") Duration connectTimeout,
            @DefaultValue("15s") Duration readTimeout) {

        /** Without the secrets. */
        @Override
        public String toString() {
            return "Webhook[" + shown(url) + "]";
        }
    }

    /**
     * @param secret what the receiver signs with: another one than ours, or a message of ours could be sent back
     */
    record Reports(
            @DefaultValue("") String secret,
            @DefaultValue("") String previousSecret) {

        /** Without the secrets. */
        @Override
        public String toString() {
            return "Reports[]";
        }
    }

    /**
     * Odoo with the module {@code fieldservice} of the Odoo Community Association.
     *
     * @param login of a user in the group <em>Field Service / Dispatcher</em>
     * @param apiKey of that user, or the password
     * @param locationOwner the id of the contact ({@code res.partner}) that owns the locations we make
     * @param stages which stage of theirs means which outcome, by name: {@code done}, {@code partly}, {@code no-access},
     *     {@code cancelled}
     * @param requestLimit longer than Odoo lets a request last ({@code limit_time_real}, two minutes as it comes): so long
     *     nothing is tried again when the answer to a making is missing
     */
    record Odoo(
            @DefaultValue("") String url,
            @DefaultValue("") String database,
            @DefaultValue("") String login,
            @DefaultValue("") String apiKey,
            @DefaultValue("1") int locationOwner,
            @DefaultValue Map<String, String> stages,
            @DefaultValue("2s") Duration connectTimeout,
            @DefaultValue("15s") Duration readTimeout,
            @DefaultValue("150s") Duration requestLimit) {

        /** Without the key. */
        @Override
        public String toString() {
            return "Odoo[" + shown(url) + ", " + database + ", " + login + "]";
        }
    }

    /**
     * An address that contacts and telephone numbers may go to.
     *
     * @throws IllegalStateException when it is none, or they could be read on the way; it names no more of the address
     *     than its host
     */
    static URI safe(String property, String url) {
        URI address;
        try {
            address = URI.create(url.strip());
        } catch (IllegalArgumentException e) {
            // Without what was set, and without the cause, which has it too.
            throw new IllegalStateException(property + " is no address.");
        }
        boolean onThisMachine = address.getHost() != null
                && (address.getHost().equals("localhost") || address.getHost().matches("127(\\.[0-9]+){3}|\\[::1]"));
        if ("https".equals(address.getScheme()) && address.getHost() != null
                || "http".equals(address.getScheme()) && onThisMachine) {
            return address;
        }
        throw new IllegalStateException(property + " has to begin with https://, because who opens the door and their"
                + " telephone number go there; http:// is for this machine alone. It is: " + shown(address));
    }

    /** An address may hold a password or a token: neither its user, nor its path, nor its query is for a log. */
    private static String shown(URI address) {
        return address.getHost() == null
                ? "no address with a host."
                : address.getScheme() + "://" + address.getHost()
                        + (address.getPort() < 0 ? "" : ":" + address.getPort());
    }

    private static String shown(String url) {
        try {
            return shown(URI.create(url.strip()));
        } catch (IllegalArgumentException e) {
            return "no address.";
        }
    }
}
