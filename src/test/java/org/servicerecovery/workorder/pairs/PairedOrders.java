package org.servicerecovery.workorder.pairs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.servicerecovery.JobSystem;
import org.servicerecovery.JobSystem.Told;
import org.servicerecovery.Loop;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.Visitor;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.FailureSource;
import org.servicerecovery.cases.NewCase;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.files.Pictures;
import org.servicerecovery.job.JobForm;
import org.servicerecovery.job.Jobs;
import org.servicerecovery.job.Queue;
import org.servicerecovery.job.outbound.Outgoing;
import org.servicerecovery.plan.NewStep;
import org.servicerecovery.plan.Plan;
import org.servicerecovery.plan.Step;
import org.servicerecovery.workorder.News;
import org.servicerecovery.workorder.WorkOrders;
import org.springframework.context.ApplicationContext;

/**
 * An office over some days: two orders for each situation, one placed by another system and one by the owner of a case in
 * the form of its step, which of the two as a coin falls. All else of both is settled before: whose words, the time window,
 * when it is placed. What becomes of them is the same for both. Between two releases the system places its orders first,
 * all at once, and owners follow one by one: the order of placing would tell, if it could be seen.
 */
final class PairedOrders {

    /** What becomes of both orders of a pair. */
    private static final Pattern CODE = Pattern.compile("enter ([0-9a-f]{8}) here");

    private enum Fate {
        STAYS_FREE,
        TAKEN,
        DONE,
        PARTLY,
        NO_ACCESS,
        MOVED_AND_DONE,
        CANCELLED;

        String action() {
            return this == PARTLY ? "partly" : this == NO_ACCESS ? "no-access" : "done";
        }
    }

    private static final List<Fate> FATES = List.of(
            Fate.STAYS_FREE,
            Fate.TAKEN,
            Fate.DONE,
            Fate.DONE,
            Fate.DONE,
            Fate.DONE,
            Fate.PARTLY,
            Fate.NO_ACCESS,
            Fate.MOVED_AND_DONE,
            Fate.CANCELLED);
    private static final Map<Fate, String> NOTES = Map.of(
            Fate.DONE, "As ordered.",
            Fate.MOVED_AND_DONE, "Finished, all tidy.",
            Fate.PARTLY, "One part is missing.",
            Fate.NO_ACCESS, "Nobody opened.");

    private record Window(Instant from, Instant to) {}

    private static final class Order {

        final Situation situation;
        final String text;
        final Fate fate;
        final int tick;
        final Window window;
        final Window later;
        final Seen seen;
        boolean fromCase;
        /** Where those who ordered it move or cancel it. */
        String route = "";

        UUID id = new UUID(0, 0);
        String number = "";

        Order(Situation situation, String text, Fate fate, int tick, Window window, Window later) {
            this.situation = situation;
            this.text = text;
            this.seen = new Seen(text);
            this.fate = fate;
            this.tick = tick;
            this.window = window;
            this.later = later;
        }

        long counted() {
            return Long.parseLong(number.substring(number.indexOf('-') + 1));
        }
    }

    private record Slot(RecoveryCase of, int seq) {}

    private static final JsonMapper JSON = new JsonMapper();
    private static final String OWNER = "owner-of-pairs";
    private static final int BETWEEN_TWO_RELEASES = 16;
    private static final int STEPS_OF_A_CASE = 20;
    private static final int RELEASES_A_DAY = 12;
    private static final Pattern ASSET = Pattern.compile("(?:href|src)=\"(/jobs/assets/[^\"]+)\"");
    /** As the clock of the form writes it. */
    private static final DateTimeFormatter OF_THE_FORM =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm'Z'").withZone(ZoneOffset.UTC);

    private final ApplicationContext application;
    private final int port;
    private final Random random;
    private final String again;
    private final Queue queue;
    private final Loop loop;
    private final Jobs jobs;
    private final Visitor system;
    private final Visitor owner;
    private final Visitor lead;
    private final Map<String, Wire> operatives = new HashMap<>();
    private final Deque<Slot> slots = new ArrayDeque<>();
    private final List<Told> told = new ArrayList<>();
    private final Map<String, List<Told>> toldOf = new HashMap<>();
    private final Instant begin =
            ClockUtil.getCurrentTime().toInstant().plus(Duration.ofDays(1)).truncatedTo(ChronoUnit.DAYS);
    private int heard;

    /** @param again a word that owners write into each order from a case; empty for none */
    PairedOrders(ApplicationContext application, int port, long seed, String again) {
        this.application = application;
        this.port = port;
        this.random = new Random(seed);
        this.again = again;
        this.queue = new Queue(application);
        this.loop = new Loop(application);
        this.jobs = application.getBean(Jobs.class);
        IdentityService identities = application.getBean(IdentityService.class);
        Visitor admin = Visitor.withBasic(port, RunningApplication.ADMIN, RunningApplication.ADMIN_PASSWORD);
        String body = "{\"name\":\"erp\",\"userId\":\"" + TestPeople.person(identities, Role.DISPATCHER) + "\"}";
        this.system = Visitor.withToken(
                port, json(admin.post("/api/tokens", body)).path("secret").asText());
        TestPeople.person(identities, OWNER, Role.CASE_OWNER);
        this.owner = Visitor.withBasic(port, OWNER, TestPeople.PASSWORD);
        this.lead = Visitor.withBasic(port, loop.person(Role.CX_LEAD), TestPeople.PASSWORD);
    }

    /** Places, releases and works them all; pairs as they were seen. */
    List<TellApart.Pair> of(List<Situation> situations) {
        JobSystem.shared().is(JobSystem.Mood.WELL);
        queue.release();
        Outgoing.deliver(application);
        heard = JobSystem.shared().count();
        int ticks = Math.max(2, 2 * situations.size() / BETWEEN_TWO_RELEASES);
        List<List<Order>> pairs = new ArrayList<>();
        for (Situation situation : situations) {
            Fate fate = FATES.get(random.nextInt(FATES.size()));
            pairs.add(situation.texts().stream()
                    .map(text -> draft(situation, text, fate, random.nextInt(ticks)))
                    .toList());
        }
        List<Order> all = new ArrayList<>(pairs.stream().flatMap(List::stream).toList());
        Collections.shuffle(all, random);
        for (List<Order> pair : pairs) {
            pair.get(random.nextInt(2)).fromCase = true;
        }
        openCases(situations.size());
        try {
            for (int tick = 0; tick < ticks; tick++) {
                int now = tick;
                day(now, all.stream().filter(order -> order.tick == now).toList());
            }
        } finally {
            ClockUtil.reset();
        }
        measure(all);
        return pairs.stream()
                .map(pair -> new TellApart.Pair(pair.get(0).seen, pair.get(1).seen, pair.get(0).fromCase))
                .toList();
    }

    private Order draft(Situation situation, String text, Fate fate, int tick) {
        Window window = window(begin(tick));
        return new Order(situation, text, fate, tick, window, window(window.to));
    }

    /** Some hours by day, within a week. */
    private Window window(Instant after) {
        Instant from = after.truncatedTo(ChronoUnit.DAYS)
                .plus(Duration.ofDays(1 + random.nextInt(6)))
                .plus(Duration.ofMinutes(7 * 60 + 15L * random.nextInt(40)));
        return new Window(from, from.plus(Duration.ofMinutes(60L + 60 * random.nextInt(4))));
    }

    private Instant begin(int tick) {
        return begin.plus(Duration.ofDays(tick / RELEASES_A_DAY))
                .plus(Duration.ofHours(8))
                .plus(Duration.ofMinutes(45L * (tick % RELEASES_A_DAY)));
    }

    private void openCases(int orders) {
        for (int open = orders; open > 0; open -= STEPS_OF_A_CASE) {
            int steps = Math.min(open, STEPS_OF_A_CASE);
            String customer = loop.customer();
            RecoveryCase found = loop.as(
                    Role.CX_LEAD,
                    () -> application
                            .getBean(Cases.class)
                            .open(new NewCase(
                                    customer,
                                    Severity.MINOR,
                                    FailureSource.COMPLAINT,
                                    "Nobody came",
                                    null,
                                    null,
                                    OWNER,
                                    null)));
            loop.does(
                    Role.CX_LEAD,
                    () -> application
                            .getBean(Plan.class)
                            .finish(
                                    found.number(),
                                    Collections.nCopies(steps, new NewStep("schedule-visit", "Put it right", null))));
            IntStream.rangeClosed(1, steps).forEach(seq -> slots.add(new Slot(loop.again(found), seq)));
        }
    }

    /** From one release to what has become of its orders. */
    private void day(int tick, List<Order> orders) {
        Instant from = begin(tick);
        itIs(from);
        orders.stream().filter(order -> !order.fromCase).forEach(this::placeBySystem);
        for (Order order : orders) {
            if (order.fromCase) {
                from = from.plusMillis(5_000 + random.nextInt(60_000));
                itIs(from);
                placeByOwner(order);
            }
        }
        itIs(from.plusMillis(random.nextInt(60_000)));
        queue.release();
        orders.forEach(order -> order.number = String.valueOf(jobs.get(order.id).number()));
        Outgoing.deliver(application);
        hear();
        orders.forEach(this::see);
        List<Order> worked = new ArrayList<>(orders);
        Collections.shuffle(worked, random);
        for (Order order : worked) {
            from = from.plusMillis(120_000 + random.nextInt(60_000));
            itIs(from);
            goesOn(order);
        }
        Outgoing.deliver(application);
        News.tell(application);
        hear();
        orders.forEach(order -> {
            api(order);
            webhook(order);
        });
    }

    /** The clock runs on from here. */
    private static void itIs(Instant instant) {
        ClockUtil.offset(instant.toEpochMilli() - System.currentTimeMillis());
    }

    private void placeBySystem(Order order) {
        Map<String, Object> json = fields(order);
        json.put("system", "erp");
        json.put("externalId", UUID.randomUUID().toString());
        json.put("durationMinutes", order.situation.minutes());
        json.put("windowFrom", order.window.from.toString());
        json.put("windowTo", order.window.to.toString());
        HttpResponse<String> answer = system.post("/api/jobs", text(json));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        order.id = UUID.fromString(json(answer).path("id").asText());
        order.route = "/api/jobs/" + order.id;
    }

    private void placeByOwner(Order order) {
        Slot slot = slots.remove();
        Map<String, Object> answers = fields(order);
        if (!again.isEmpty()) {
            answers.put("task", order.text + " " + again);
        }
        answers.put("outcome", "completed");
        answers.put("notes", "Agreed on the phone.");
        answers.put("durationMinutes", String.valueOf(order.situation.minutes()));
        answers.put("windowFrom", OF_THE_FORM.format(order.window.from));
        answers.put("windowTo", OF_THE_FORM.format(order.window.to));
        Step step = application.getBean(Plan.class).step(slot.of, slot.seq);
        String task = application
                .getBean(TaskService.class)
                .createTaskQuery()
                .processInstanceId(step.processInstanceId())
                .taskDefinitionKey("UserTask_ScheduleVisit")
                .singleResult()
                .getId();
        HttpResponse<String> answer = submit(owner, task, answers);
        if (answer.statusCode() == 400 && answer.body().contains("«")) {
            // The guard takes an innocent word for one that lets on.
            answers.put("letThrough", "It is what the thing is called.");
            Matcher code = CODE.matcher(submit(lead, task, answers).body());
            assertThat(code.find()).isTrue();
            answers.put("letThroughCode", code.group(1));
            answer = submit(lead, task, answers);
        }
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
        order.id = application.getBean(WorkOrders.class).of(slot.of.id()).stream()
                .filter(each -> each.stepSeq() == slot.seq)
                .findFirst()
                .orElseThrow()
                .job()
                .id();
        order.route = "/api/cases/" + slot.of.number() + "/steps/" + slot.seq + "/visit";
    }

    private static HttpResponse<String> submit(Visitor by, String task, Map<String, Object> answers) {
        ObjectNode variables = JSON.createObjectNode();
        answers.forEach((name, value) -> variables.putObject(name).put("value", String.valueOf(value)));
        return by.post(
                "/engine-rest/task/" + task + "/submit-form",
                JSON.createObjectNode().set("variables", variables).toString());
    }

    private static Map<String, Object> fields(Order order) {
        Situation situation = order.situation;
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("site", situation.site());
        fields.put("contactName", situation.contactName());
        fields.put("contactPhone", situation.contactPhone());
        fields.put("skill", situation.skill());
        fields.put("area", situation.area());
        fields.put("task", order.text);
        fields.put("parts", situation.parts());
        fields.put("priceReference", situation.priceReference());
        return fields;
    }

    /** One for each area, in all teams there; roofers go everywhere. */
    private Wire operative(Order order) {
        return operatives.computeIfAbsent(order.situation.area(), area -> {
            Stream<String> teams = Situation.SKILLS.stream().map(skill -> skill + "-" + area);
            return new Wire(
                    port,
                    queue.operative(
                            "pairs-" + area,
                            Stream.concat(teams, Stream.of("roofing")).toArray(String[]::new)));
        });
    }

    /** As the operatives of its team see it who have not taken it. */
    private void see(Order order) {
        list(order);
        page(order, "free");
        Wire wire = operative(order);
        for (String address : List.of("/api/jobs/" + order.id, "/api/jobs/" + order.number)) {
            Wire.Answer refused = wire.get(address);
            order.seen.add(Channel.API, refused.head() + refused.body());
        }
        api(order);
    }

    private void list(Order order) {
        String list = operative(order).get("/jobs").body();
        String[] lines = list.split("<li>");
        for (int i = 1; i < lines.length; i++) {
            if (lines[i].contains("/jobs/" + order.number + '"')) {
                order.seen.add(Channel.LIST, lines[i].split("</li>")[0]);
                order.seen.measure(Channel.LIST, "place", i / (double) lines.length);
                return;
            }
        }
        throw new AssertionError(order.number + " is not on the list:\n" + list);
    }

    private void page(Order order, String state) {
        Wire wire = operative(order);
        Wire.Answer page = wire.get("/jobs/" + order.number);
        order.seen.add(Channel.PAGE, state + "\n" + page.body());
        order.seen.add(Channel.PAGE_HEADERS, page.head());
        order.seen.measure(
                Channel.PAGE_HEADERS,
                "length of the head, " + state,
                page.head().length());
        Matcher assets = ASSET.matcher(page.body());
        while (assets.find()) {
            order.seen.add(Channel.ASSETS, state + " " + assets.group(1));
            if (state.equals("free")) {
                Wire.Answer asset = wire.get(assets.group(1));
                order.seen.add(Channel.ASSETS, asset.head() + asset.body().hashCode());
            }
        }
    }

    private void api(Order order) {
        HttpResponse<String> answer = system.get("/api/jobs/" + order.id);
        order.seen.add(Channel.API, answer.headers().map() + "\n" + answer.body());
        Instant released = Instant.parse(json(answer).path("releasedAt").asText());
        order.seen.measure(Channel.RHYTHM, "thousandths of the release", Math.floorMod(released.toEpochMilli(), 1000));
        order.seen.measure(Channel.RHYTHM, "second of the release", Math.floorMod(released.getEpochSecond(), 60));
        for (String name : List.of("windowFrom", "windowTo", "dueAt", "endedAt")) {
            String moment = json(answer).path(name).asText();
            if (!moment.isEmpty()) {
                Instant at = Instant.parse(moment);
                order.seen.measure(
                        Channel.RHYTHM, name + " after the release", at.toEpochMilli() - released.toEpochMilli());
                order.seen.measure(Channel.RHYTHM, name + ", minute", Math.floorMod(at.getEpochSecond() / 60, 60));
                order.seen.measure(Channel.RHYTHM, name + ", thousandths", Math.floorMod(at.toEpochMilli(), 60_000));
            }
        }
        order.seen.measure(
                Channel.RHYTHM,
                "due after the window",
                Instant.parse(json(answer).path("dueAt").asText()).getEpochSecond()
                        - Instant.parse(json(answer).path("windowTo").asText()).getEpochSecond());
    }

    private void goesOn(Order order) {
        if (order.fate == Fate.STAYS_FREE) {
            return;
        }
        if (order.fate == Fate.CANCELLED) {
            assertThat(orderer(order)
                            .post(order.route + "/cancellation", order.fromCase ? "{\"reason\":\"Not needed\"}" : "")
                            .statusCode())
                    .isIn(200, 204);
            answers(order, operative(order).get("/jobs/" + order.number));
            return;
        }
        if (order.fate == Fate.MOVED_AND_DONE) {
            Map<String, Object> window = new HashMap<>(
                    Map.of("windowFrom", order.later.from.toString(), "windowTo", order.later.to.toString()));
            if (order.fromCase) {
                window.put("reason", "She asked for it");
            }
            HttpResponse<String> moved = orderer(order).post(order.route + "/rescheduling", text(window));
            assertThat(moved.statusCode()).as(moved.body()).isIn(200, 204);
            page(order, "moved");
        }
        Wire wire = operative(order);
        answers(order, wire.browser().submit("/jobs/" + order.number, "/jobs/" + order.number + "/taking"));
        list(order);
        page(order, "taken");
        if (order.fate == Fate.TAKEN) {
            return;
        }
        byte[] photo = order.fate == Fate.NO_ACCESS ? null : Pictures.photo(120, 90, 1, random.nextLong());
        answers(
                order,
                JobForm.send(
                        wire.browser(), order.number, order.fate.action(), NOTES.getOrDefault(order.fate, ""), photo));
        page(order, "over");
    }

    private Visitor orderer(Order order) {
        return order.fromCase ? owner : system;
    }

    private static void answers(Order order, HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(302);
        order.seen.add(
                Channel.PAGE_HEADERS,
                answer.statusCode() + " " + answer.headers().map() + answer.body());
    }

    private static void answers(Order order, Wire.Answer answer) {
        order.seen.add(Channel.PAGE_HEADERS, answer.head() + answer.body());
    }

    private void hear() {
        List<Told> all = JobSystem.shared().accepted();
        for (Told each : all.subList(heard, all.size())) {
            told.add(each);
            toldOf.computeIfAbsent(each.number(), none -> new ArrayList<>()).add(each);
        }
        heard = all.size();
    }

    private void webhook(Order order) {
        for (Told each : toldOf.getOrDefault(order.number, List.of())) {
            order.seen.add(Channel.WEBHOOK_HEADERS, each.head());
            order.seen.measure(
                    Channel.WEBHOOK_HEADERS,
                    "length, " + each.type(),
                    each.head().length());
            order.seen.add(Channel.WEBHOOK_BODY, each.body());
            long sent = Long.parseLong(each.header("webhook-timestamp"));
            long at = Instant.parse(each.json().path("timestamp").asText()).getEpochSecond();
            int place = told.indexOf(each);
            order.seen.measure(Channel.RHYTHM, each.type() + ", sent after", sent - at);
            order.seen.measure(Channel.RHYTHM, each.type() + ", second", Math.floorMod(at, 60));
            order.seen.measure(Channel.RHYTHM, each.type() + ", after the one before", sent - sentAt(place - 1, sent));
            order.seen.measure(Channel.RHYTHM, each.type() + ", before the next", sentAt(place + 1, sent) - sent);
        }
        order.seen.measure(
                Channel.RHYTHM,
                "messages",
                toldOf.getOrDefault(order.number, List.of()).size());
    }

    private long sentAt(int place, long otherwise) {
        return place < 0 || place >= told.size()
                ? otherwise
                : Long.parseLong(told.get(place).header("webhook-timestamp"));
    }

    /** What can only be said of an order beside the others. */
    private void measure(List<Order> all) {
        List<Long> series = told.stream()
                .map(each ->
                        Long.parseLong(each.number().substring(each.number().indexOf('-') + 1)))
                .distinct()
                .sorted()
                .toList();
        List<String> released = told.stream()
                .filter(each -> each.type().equals("job.released"))
                .map(Told::number)
                .toList();
        for (Order order : all) {
            List<Long> ofTick = all.stream()
                    .filter(each -> each.tick == order.tick)
                    .map(Order::counted)
                    .sorted()
                    .toList();
            long number = order.counted();
            int place = series.indexOf(number);
            Map<String, Number> measures = new LinkedHashMap<>();
            measures.put("place in its release", ofTick.indexOf(number) / (double) ofTick.size());
            measures.put("first", ofTick.indexOf(number) == 0 ? 1 : 0);
            measures.put("last", ofTick.indexOf(number) == ofTick.size() - 1 ? 1 : 0);
            measures.put("last digit", number % 10);
            measures.put("last two digits", number % 100);
            measures.put("odd", number % 2);
            measures.put("of three", number % 3);
            measures.put("gap before", place > 0 ? number - series.get(place - 1) : 0);
            measures.put("gap after", place < series.size() - 1 ? series.get(place + 1) - number : 0);
            measures.forEach((name, value) -> order.seen.measure(Channel.NUMBERS, name, value.doubleValue()));
            long toldBefore = ofTick.stream()
                    .filter(each -> released.indexOf("WO-" + each) < released.indexOf(order.number))
                    .count();
            order.seen.measure(Channel.RHYTHM, "told before it", toldBefore / (double) ofTick.size());
        }
    }

    private static com.fasterxml.jackson.databind.JsonNode json(HttpResponse<String> answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalStateException(answer.body(), e);
        }
    }

    private static String text(Map<String, ?> json) {
        try {
            return JSON.writeValueAsString(json);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
