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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.job.JobState;

/**
 * Odoo with the module {@code fieldservice} of the Odoo Community Association
 * (github.com/OCA/field-service, 17.0: fieldservice/models/fsm_order.py). A job is an {@code fsm.order} that is called by
 * our number, at an {@code fsm.location} that is called by its site. It is looked for before it is made, so a repeat
 * makes no second one. Every order has the same fields; tags and priority are left alone.
 */
final class OdooReceiver implements JobReceiver {

    static final String NAME = "odoo";

    /** Signing in, the order, its location twice, the team, and the change. */
    private static final int MOST_REQUESTS = 6;

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

    OdooReceiver(OdooClient odoo, int locationOwner, OdooStages stages) {
        this.odoo = odoo;
        this.locationOwner = locationOwner;
        this.stages = stages;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean isBuiltIn() {
        return false;
    }

    @Override
    public Duration longest() {
        return odoo.http().longest().multipliedBy(MOST_REQUESTS);
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
        }
    }

    /** Those of the orders with these numbers that Odoo has. */
    List<TheirOrder> orders(List<String> numbers) throws OdooClient.Failed {
        JsonNode found = odoo.execute(
                "fsm.order",
                "search_read",
                List.of(List.of(List.of("name", "in", numbers))),
                Map.of("fields", List.of("name", "stage_id", "is_closed", "scheduled_date_start", "resolution")));
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

    private void create(NeutralOrder order) throws OdooClient.Failed {
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
        Optional<Integer> team = find("fsm.team", order.team());
        if (team.isPresent()) {
            values.put("team_id", team.get());
        }
        odoo.execute("fsm.order", "create", List.of(values), Map.of());
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

    private int location(String site) throws OdooClient.Failed {
        Optional<Integer> known = find("fsm.location", site);
        return known.isPresent()
                ? known.get()
                : odoo.execute(
                                "fsm.location",
                                "create",
                                List.of(Map.of("name", site, "owner_id", locationOwner)),
                                Map.of())
                        .asInt();
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
