package org.servicerecovery.job.outbound;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.job.JobState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Odoo with the module {@code fieldservice} of the Odoo Community Association
 * (github.com/OCA/field-service, 17.0: fieldservice/models/fsm_order.py). A job is an {@code fsm.order} that is called by
 * our number, at an {@code fsm.location} that is called by its site. It is looked for before it is made, so a repeat
 * makes no second one. Odoo itself takes a second one of the same name: so when the answer to a making is missing, nothing
 * is tried until Odoo must have ended it one way or the other, and of two that are there all the same the younger one is
 * cancelled. Every order has the same fields; tags and priority are left alone.
 */
final class OdooReceiver implements JobReceiver {

    static final String NAME = "odoo";

    /** A request of ours that Odoo does not do as it should. */
    private static final class Impossible extends Exception {

        private static final long serialVersionUID = 1L;

        Impossible(String why) {
            super(why);
        }
    }

    /** Odoo may still be making something. */
    private static final class Unsure extends Exception {

        private static final long serialVersionUID = 1L;

        private final OdooClient.Failed failed;

        Unsure(OdooClient.Failed failed) {
            super(failed);
            this.failed = failed;
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(OdooReceiver.class);

    /** Signing in, the order, one too many with its stage, the location twice, the team, and the change. */
    private static final int MOST_REQUESTS = 8;

    private static final DateTimeFormatter MOMENT = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");
    private static final double MINUTES_AN_HOUR = 60;

    /**
     * An order as it stands in Odoo.
     *
     * @param stage by its name
     * @param scheduledFrom null when nobody has planned it
     */
    record TheirOrder(
            int id,
            String number,
            String stage,
            boolean isClosed,
            @Nullable Instant scheduledFrom,
            String resolution) {}

    private final OdooClient odoo;
    private final int locationOwner;
    private final OdooStages stages;
    private final Duration requestLimit;

    /** @param requestLimit after which Odoo itself ends a request, and undoes it */
    OdooReceiver(OdooClient odoo, int locationOwner, OdooStages stages, Duration requestLimit) {
        this.odoo = odoo;
        this.locationOwner = locationOwner;
        this.stages = stages;
        this.requestLimit = requestLimit;
    }

    @Override
    public String name() {
        return NAME;
    }

    /** With what a node that dies may have left Odoo to do. */
    @Override
    public Duration longest() {
        return odoo.http().longest().multipliedBy(MOST_REQUESTS).plus(requestLimit);
    }

    @Override
    public Answer deliver(OutboundMessage message) {
        NeutralOrder order = NeutralOrder.in(message.body());
        try {
            Optional<TheirOrder> theirs =
                    orders(List.of(order.number())).stream().findFirst();
            switch (message.type()) {
                case RELEASED, RESCHEDULED -> {
                    if (theirs.isEmpty()) {
                        create(order);
                    } else if (message.type() == ChangeType.RESCHEDULED) {
                        move(theirs.get(), order);
                    }
                }
                case CANCELLED, CLOSED -> {
                    if (theirs.isPresent() && !theirs.get().isClosed()) {
                        close(theirs.get().id(), order.state());
                    }
                }
            }
            return new Answer.Taken();
        } catch (OdooClient.Failed e) {
            return new Answer.NotTaken(e.why(), e.said(), null);
        } catch (Unsure e) {
            return new Answer.NotTaken(e.failed.why(), e.failed.said(), requestLimit);
        } catch (Impossible e) {
            return new Answer.Refused(String.valueOf(e.getMessage()), null);
        }
    }

    /** Those of the orders with these numbers that Odoo has: one for each. Of several the others are cancelled. */
    List<TheirOrder> orders(List<String> numbers) throws OdooClient.Failed {
        Map<String, TheirOrder> kept = new LinkedHashMap<>();
        List<TheirOrder> tooMany = new ArrayList<>();
        for (TheirOrder one : found(numbers)) {
            TheirOrder other = kept.putIfAbsent(one.number(), one);
            // The oldest one counts, unless it is the one that was called off.
            if (other != null && isCancelled(other) && !isCancelled(one)) {
                kept.put(one.number(), one);
            } else if (other != null) {
                tooMany.add(one);
            }
        }
        for (TheirOrder one : tooMany) {
            if (!one.isClosed()) {
                LOG.warn("Odoo has {} twice; the younger one, with the id {}, is cancelled.", one.number(), one.id());
                close(one.id(), JobState.CANCELLED.code());
            }
        }
        return List.copyOf(kept.values());
    }

    private boolean isCancelled(TheirOrder one) {
        return one.isClosed()
                && stages.meant(one.stage())
                        .filter(state -> state == JobState.CANCELLED)
                        .isPresent();
    }

    /** The oldest first. */
    private List<TheirOrder> found(List<String> numbers) throws OdooClient.Failed {
        JsonNode found = odoo.execute(
                "fsm.order",
                "search_read",
                List.of(List.of(List.of("name", "in", numbers))),
                Map.of(
                        "fields",
                        List.of("name", "stage_id", "is_closed", "scheduled_date_start", "resolution"),
                        "order",
                        "id"));
        List<TheirOrder> orders = new ArrayList<>();
        for (JsonNode one : found) {
            orders.add(new TheirOrder(
                    one.path("id").asInt(),
                    one.path("name").asText(),
                    // A many2one is read as [id, name]; an empty field as false.
                    one.path("stage_id").path(1).asText(""),
                    one.path("is_closed").asBoolean(),
                    moment(one.path("scheduled_date_start")),
                    one.path("resolution").isTextual() ? one.path("resolution").textValue() : ""));
        }
        return orders;
    }

    private void create(NeutralOrder order) throws OdooClient.Failed, Unsure, Impossible {
        // Without one Odoo would give it to its first team.
        int team = find("fsm.team", order.team())
                .orElseThrow(() -> new Impossible("Odoo has no team called " + order.team()
                        + ": make one there (Field Service, Configuration, Teams), then send this again."));
        Map<String, Object> values = new HashMap<>(window(order));
        values.put("name", order.number());
        values.put("location_id", location(order.site()));
        values.put("location_directions", order.contactName() + ", " + order.contactPhone());
        values.put("description", order.task());
        values.put(
                "todo",
                "Parts: " + (order.parts().isEmpty() ? "–" : order.parts()) + "\nPrice list: " + order.priceReference()
                        + "\nSkill: " + order.skill() + "\nArea: " + order.area());
        values.putAll(scheduled(order));
        values.put("team_id", team);
        make("fsm.order", values);
    }

    private int make(String model, Map<String, ?> values) throws OdooClient.Failed, Unsure {
        try {
            return odoo.execute(model, "create", List.of(values), Map.of()).asInt();
        } catch (OdooClient.Failed e) {
            if (e.isAnswered()) {
                throw e;
            }
            throw new Unsure(e);
        }
    }

    private void move(TheirOrder theirs, NeutralOrder order) throws OdooClient.Failed {
        if (theirs.isClosed()) {
            return;
        }
        Map<String, Object> values = new HashMap<>(window(order));
        Instant planned = theirs.scheduledFrom();
        // What their dispatcher has planned stays while it lies in the window.
        if (planned == null
                || planned.isBefore(Instant.parse(order.windowFrom()))
                || planned.isAfter(Instant.parse(order.windowTo()))) {
            values.putAll(scheduled(order));
        }
        odoo.execute("fsm.order", "write", List.of(List.of(theirs.id()), values), Map.of());
    }

    private static Map<String, Object> window(NeutralOrder order) {
        return Map.of("request_early", text(order.windowFrom()), "request_late", text(order.windowTo()));
    }

    /** Without an end: Odoo computes it from the duration, and would compute the duration from an end. */
    private static Map<String, Object> scheduled(NeutralOrder order) {
        return Map.of(
                "scheduled_date_start",
                text(order.windowFrom()),
                "scheduled_duration",
                order.durationMinutes() / MINUTES_AN_HOUR);
    }

    private void close(int id, String state) throws OdooClient.Failed {
        Optional<String> stage = stages.named(state);
        Optional<Integer> known = stage.isPresent() ? find("fsm.stage", stage.get()) : Optional.empty();
        if (known.isPresent()) {
            // Odoo takes its own stage "Completed" from a button alone.
            odoo.execute(
                    "fsm.order",
                    "write",
                    List.of(List.of(id), Map.of("stage_id", known.get(), "is_button", true)),
                    Map.of());
            return;
        }
        boolean wasWorked = state.equals(JobState.DONE.code()) || state.equals(JobState.PARTLY.code());
        odoo.execute("fsm.order", wasWorked ? "action_complete" : "action_cancel", List.of(List.of(id)), Map.of());
    }

    private int location(String site) throws OdooClient.Failed, Unsure {
        Optional<Integer> known = find("fsm.location", site);
        return known.isPresent() ? known.get() : make("fsm.location", Map.of("name", site, "owner_id", locationOwner));
    }

    private Optional<Integer> find(String model, String name) throws OdooClient.Failed {
        JsonNode ids = odoo.execute(
                model, "search", List.of(List.of(List.of("name", "=", name))), Map.of("limit", 1, "order", "id"));
        return ids.isEmpty() ? Optional.empty() : Optional.of(ids.get(0).asInt());
    }

    /** Odoo's moments have no zone and are in UTC. */
    private static String text(String moment) {
        return MOMENT.format(
                LocalDateTime.ofInstant(Instant.parse(moment).truncatedTo(ChronoUnit.SECONDS), ZoneOffset.UTC));
    }

    private static @Nullable Instant moment(JsonNode value) {
        return value.isTextual()
                ? LocalDateTime.parse(value.textValue(), MOMENT).toInstant(ZoneOffset.UTC)
                : null;
    }
}
