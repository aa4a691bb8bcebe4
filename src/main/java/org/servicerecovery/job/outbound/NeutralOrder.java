package org.servicerecovery.job.outbound;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.servicerecovery.job.Job;
import org.servicerecovery.job.Order;

/**
 * All that ever leaves of a job: these fields, each there for every job and never null, in this order. What is not named
 * here cannot go out.
 */
@JsonPropertyOrder({
    "number",
    "state",
    "site",
    "contactName",
    "contactPhone",
    "skill",
    "area",
    "team",
    "task",
    "windowFrom",
    "windowTo",
    "parts",
    "durationMinutes",
    "priceReference"
})
record NeutralOrder(
        String number,
        String state,
        String site,
        String contactName,
        String contactPhone,
        String skill,
        String area,
        String team,
        String task,
        String windowFrom,
        String windowTo,
        String parts,
        int durationMinutes,
        String priceReference) {

    /** As Standard Webhooks suggests: what happened, when, and to what; and which of the job's messages it is. */
    @JsonPropertyOrder({"type", "timestamp", "revision", "data"})
    private record Event(String type, String timestamp, int revision, NeutralOrder data) {}

    private static final JsonMapper JSON = new JsonMapper();

    /** @param job released */
    static NeutralOrder of(Job job) {
        Order order = job.order();
        return new NeutralOrder(
                Objects.requireNonNull(job.number(), "a released job has a number"),
                job.state().code(),
                order.site(),
                order.contactName(),
                order.contactPhone(),
                order.skill(),
                order.area(),
                Objects.requireNonNull(job.team(), "a released job has a team"),
                order.task(),
                text(order.windowFrom()),
                text(order.windowTo()),
                order.parts(),
                order.durationMinutes(),
                order.priceReference());
    }

    /** @param revision 1, 2, 3 … in the order of the job's messages: a second has room for several */
    String told(ChangeType type, Instant at, int revision) {
        try {
            return JSON.writeValueAsString(new Event(type.code(), text(at), revision, this));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("An order cannot be written.", e);
        }
    }

    static NeutralOrder in(String body) {
        try {
            return JSON.readValue(body, Event.class).data();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("An order cannot be read.", e);
        }
    }

    /** Seconds alone: one form for every moment. */
    private static String text(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
