package org.servicerecovery.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.servicerecovery.ServiceRecovery;
import org.servicerecovery.TestPeople;
import org.servicerecovery.Visitor;
import org.servicerecovery.installation.StartedProcess;
import org.springframework.util.FileSystemUtils;

/** What {@code bench/lists.sh} runs: the application as a process of its own, on a durable PostgreSQL of its own. */
final class ListsBench {

    private static final String ADMIN_PASSWORD = "Only-for-tests-1";
    /** Each of them has so many cases as a real owner may have at once; two of them are people who can sign in. */
    private static final int OWNERS = 200;

    private static final String PATTERN_OWNER = "owner-0";
    private static final String OWNER = "owner-7";
    private static final String LEAD = "lead";
    private static final int WARM_UP = 60;
    private static final String SORTED = "{\"sorting\":[{\"sortBy\":\"dueDate\",\"sortOrder\":\"asc\"}]}";

    /** Ids of the engine's that belong to one instance; a copy derives its own from them. */
    private static final Set<String> INSTANCE_IDS = Set.of(
            "id_",
            "proc_inst_id_",
            "process_instance_id_",
            "root_proc_inst_id_",
            "parent_id_",
            "super_exec_",
            "execution_id_",
            "task_id_",
            "act_inst_id_",
            "activity_instance_id_",
            "var_scope_");

    private final JsonMapper json = new JsonMapper();
    private final Path directory;
    private final EmbeddedPostgres server;
    private final int requests = Integer.getInteger("requests", 200);

    private ListsBench(Path directory, EmbeddedPostgres server) {
        this.directory = directory;
        this.server = server;
    }

    public static void main(String[] arguments) throws Exception {
        int count = arguments.length == 0 ? 100_000 : Integer.parseInt(arguments[0]);
        Path directory =
                Files.createDirectories(Path.of("target", "bench-lists").toAbsolutePath());
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(() -> ProcessHandle.current().children().forEach(ProcessHandle::destroy)));
        Path data = directory.resolve("postgres");
        boolean again = Boolean.getBoolean("again") && Files.exists(data);
        if (!again) {
            FileSystemUtils.deleteRecursively(data);
        }
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setServerConfig("logging_collector", "on")
                .setServerConfig("log_directory", directory.resolve("log").toString())
                .setServerConfig("shared_buffers", "1GB")
                .setServerConfig("max_wal_size", "4GB");
        if (Boolean.getBoolean("explain")) {
            // Plans of what is slow, in target/bench-lists/log.
            builder.setServerConfig("session_preload_libraries", "auto_explain")
                    .setServerConfig("auto_explain.log_min_duration", "20")
                    .setServerConfig("auto_explain.log_analyze", "on");
        }
        try (EmbeddedPostgres server = builder.start()) {
            new ListsBench(directory, server).run(again ? 0 : count);
        }
    }

    /** @param count of open tasks to make first, none for those that are there */
    private void run(int count) throws Exception {
        System.out.printf(
                "%d cores, %s, JDK %s, PostgreSQL on the same machine%n",
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.arch"),
                System.getProperty("java.version"));
        if (count > 0) {
            make(count);
        }
        try (StartedProcess application = start()) {
            measure(port(application));
        }
    }

    private void make(int count) throws Exception {
        try (Connection connection = DriverManager.getConnection(server.getJdbcUrl("postgres", "postgres"));
                Statement sql = connection.createStatement()) {
            sql.execute("create database lists");
        }
        try (StartedProcess application = start()) {
            pattern(port(application));
        }
        copyUntil(count);
    }

    /** Ten cases as they stand beside each other on a desk, opened and worked through the API. */
    private void pattern(int port) throws IOException {
        Visitor admin = Visitor.withBasic(port, "admin", ADMIN_PASSWORD);
        person(admin, PATTERN_OWNER, "case-owner");
        person(admin, OWNER, "case-owner");
        person(admin, LEAD, "cx-lead");
        Visitor lead = Visitor.withBasic(port, LEAD, TestPeople.PASSWORD);
        Visitor owner = Visitor.withBasic(port, PATTERN_OWNER, TestPeople.PASSWORD);
        ok(lead.post("/api/customers", "{\"number\":\"P-1\",\"name\":\"Hanna Birk\",\"phone\":\"+49 221 60017\"}"));
        for (int i = 0; i < 10; i++) {
            Map<String, String> wanted = new LinkedHashMap<>(Map.of(
                    "customerNumber", "P-1",
                    "severity",
                            List.of("minor", "moderate", "major", "critical").get(i % 4),
                    "source", "complaint",
                    "summary", "Nobody came to mend the heating, for the second time",
                    "verbatim", "I took a day off and waited from eight to five. Nobody called."));
            if (i > 0) {
                wanted.put("owner", PATTERN_OWNER);
            }
            String number = json.readTree(
                            ok(lead.post("/api/cases", write(wanted))).body())
                    .path("number")
                    .asText();
            if (i > 1) {
                ok(owner.post("/api/cases/" + number + "/plan", """
                        {"steps":[{"type":"call-customer","purpose":"Say sorry and ask for a date"},
                                  {"type":"email-customer","purpose":"Confirm the new date"},
                                  {"type":"internal-training-note","purpose":"Why did nobody call?"}]}"""));
            }
            if (i == 2) {
                ok(owner.post("/api/cases/" + number + "/clock/pause", "{\"reason\":\"waiting-for-answer\"}"));
            }
            if (i == 3) {
                ok(owner.post(
                        "/api/cases/" + number + "/compensations",
                        "{\"kind\":\"credit\",\"amount\":\"300\",\"currency\":\"EUR\",\"reason\":\"Late\"}"));
            }
        }
    }

    private void person(Visitor admin, String id, String group) {
        ok(admin.post(
                "/engine-rest/user/create",
                write(Map.of(
                        "profile", Map.of("id", id, "firstName", "Test", "lastName", id),
                        "credentials", Map.of("password", TestPeople.PASSWORD)))));
        ok(admin.call("PUT", "/engine-rest/group/" + group + "/members/" + id, ""));
    }

    /**
     * The pattern's rows as often as it takes until there are so many open tasks, each copy for another owner and customer
     * and due at another time: one in twenty is overdue, one in ten due today.
     */
    private void copyUntil(int count) throws SQLException {
        long begun = System.nanoTime();
        try (Connection connection = DriverManager.getConnection(url());
                Statement sql = connection.createStatement()) {
            sql.execute("set synchronous_commit = off");
            int ofPattern = (int) number(sql, "select count(*) from act_ru_task");
            int copies = Math.max(1, count / ofPattern);
            sql.execute("""
                    insert into customer (number, name, email, phone, created_at)
                    select 'K-' || k, 'Customer ' || md5(k::text), md5(k::text) || '@example.org',
                           '+44 20 ' || lpad((k * 7919 %% 100000000)::text, 8, '0'), now()
                      from generate_series(1, %d) k""".formatted(copies));
            // An owner whom the engine does not know would be taken for one who has left.
            sql.execute("""
                    insert into act_id_user (id_, rev_, first_, last_)
                    select 'owner-' || n, 1, 'Test', 'owner-' || n from generate_series(0, %d) n
                    on conflict do nothing""".formatted(OWNERS - 1));
            sql.execute("""
                    insert into act_id_membership (user_id_, group_id_)
                    select 'owner-' || n, 'case-owner' from generate_series(0, %d) n
                    on conflict do nothing""".formatted(OWNERS - 1));
            sql.execute("""
                    create temp table copy as
                    select c.id as case_id, c.number, k, 'owner-' || (k %% %d) as owner,
                           (select max(id) from recovery_case) + row_number() over (order by k, c.id) as new_id,
                           left(c.number, 8) || lpad(nextval('case_number_seq')::text, 6, '0') as new_number,
                           (k * 37 %% 240 - 12) * interval '1 hour' as shift
                      from recovery_case c, generate_series(1, %d) k""".formatted(OWNERS, copies));
            sql.execute(
                    "create temp table instance as select e.id_ as instance, c.id as case_id from act_ru_execution e"
                            + " join recovery_case c on c.number = split_part(e.business_key_, '/', 1) where e.parent_id_ is null");
            sql.execute("analyze copy");
            sql.execute("analyze instance");
            Map<String, String> ofCase = Map.of("case_id", "t.new_id");
            copy(
                    sql,
                    "recovery_case",
                    "r.id = t.case_id",
                    Map.of(
                            "id", "t.new_id",
                            "number", "t.new_number",
                            "customer_id", "(select id from customer where number = 'K-' || t.k)",
                            "owner", "case when r.owner is null then null else t.owner end"));
            copy(sql, "case_epoch", "r.case_id = t.case_id", process(ofCase));
            copy(sql, "clock_entry", "r.case_id = t.case_id", ofCase);
            copy(sql, "case_event", "r.case_id = t.case_id", ofCase);
            copy(sql, "plan_step", "r.case_id = t.case_id", process(with(ofCase, "id", newId("plan_step"))));
            copy(
                    sql,
                    "compensation",
                    "r.case_id = t.case_id",
                    process(with(
                            with(ofCase, "id", newId("compensation")),
                            "idempotency_key",
                            "md5(r.idempotency_key || '/' || t.k)::uuid")));
            for (String table : List.of("act_ru_execution", "act_ru_task", "act_ru_variable", "act_ru_event_subscr")) {
                copy(sql, table, "r.proc_inst_id_ = i.instance", Map.of());
            }
            copy(sql, "act_ru_job", "r.process_instance_id_ = i.instance", Map.of());
            copy(
                    sql,
                    "act_ru_identitylink",
                    "true join act_ru_task k on k.id_ = r.task_id_ and k.proc_inst_id_ = i.instance",
                    Map.of());
            copy(
                    sql,
                    "act_ru_authorization",
                    "true join act_ru_task k on k.id_ = r.resource_id_ and k.proc_inst_id_ = i.instance",
                    Map.of(
                            "resource_id_",
                            derived("r.resource_id_"),
                            "user_id_",
                            "case when r.user_id_ = '" + PATTERN_OWNER + "' then t.owner else r.user_id_ end"));
            sql.execute("vacuum analyze");
            System.out.printf(
                    "%d open tasks of %d cases, copied in %d s%n",
                    number(sql, "select count(*) from act_ru_task"),
                    number(sql, "select count(*) from recovery_case"),
                    Duration.ofNanos(System.nanoTime() - begun).toSeconds());
        }
    }

    private static Map<String, String> process(Map<String, String> columns) {
        return with(columns, "process_instance_id", derived("r.process_instance_id"));
    }

    private static Map<String, String> with(Map<String, String> columns, String column, String value) {
        Map<String, String> all = new TreeMap<>(columns);
        all.put(column, value);
        return all;
    }

    private static String newId(String table) {
        return "(select max(id) from " + table + ") + row_number() over ()";
    }

    private static void copy(Statement sql, String table, String of, Map<String, String> own) throws SQLException {
        Map<String, String> columns = new TreeMap<>();
        try (ResultSet found =
                sql.executeQuery("select column_name from information_schema.columns where table_name = '" + table
                        + "' and is_generated = 'NEVER'")) {
            while (found.next()) {
                String column = found.getString(1);
                columns.put(column, "r." + column);
                if (INSTANCE_IDS.contains(column)) {
                    columns.put(column, derived("r." + column));
                } else if (column.equals("business_key_")) {
                    columns.put(column, "replace(r.business_key_, t.number, t.new_number)");
                } else if (column.equals("text_")) {
                    columns.put(
                            column,
                            "case r.text_ when t.number then t.new_number when '" + PATTERN_OWNER
                                    + "' then t.owner else r.text_ end");
                } else if (column.equals("assignee_")) {
                    columns.put(column, "case when r.assignee_ is null then null else t.owner end");
                } else if (column.equals("due_date_")) {
                    columns.put(column, "now() at time zone 'UTC' + t.shift");
                } else if (column.equals("duedate_")) {
                    columns.put(column, "r.duedate_ + interval '100 days'");
                }
            }
        }
        columns.putAll(own);
        String from = of.contains("i.instance")
                ? " from copy t join instance i on i.case_id = t.case_id join "
                : " from copy t join ";
        sql.execute("insert into " + table + " (" + String.join(", ", columns.keySet()) + ") overriding system value"
                + " select " + String.join(", ", columns.values()) + from + table + " r on " + of);
    }

    private static String derived(String id) {
        return "md5(" + id + " || '/' || t.k)::uuid::text";
    }

    private void measure(int port) throws IOException, SQLException {
        Visitor owner = Visitor.browser(port);
        owner.signIn(OWNER, TestPeople.PASSWORD);
        Visitor lead = Visitor.browser(port);
        lead.signIn(LEAD, TestPeople.PASSWORD);
        System.out.printf(
                "%-28s %-10s %8s %22s %22s%n", "", "reader", "tasks", "list as Tasklist asks", "engine's task query");
        for (Map.Entry<String, Visitor> reader :
                Map.of("case owner", owner, "lead", lead).entrySet()) {
            JsonNode filters = json.readTree(
                    ok(owner.get("/engine-rest/filter?resourceType=Task")).body());
            List<JsonNode> sorted = new ArrayList<>();
            filters.forEach(sorted::add);
            sorted.sort(java.util.Comparator.comparingInt(
                    each -> each.path("properties").path("priority").asInt()));
            for (JsonNode filter : sorted) {
                times(() -> hal(reader.getValue(), path(filter), SORTED), WARM_UP);
            }
            for (JsonNode filter : sorted) {
                list(reader.getKey(), reader.getValue(), filter);
            }
        }
        String number = text("select number from recovery_case where owner = '" + OWNER + "' order by id desc limit 1");
        data("Case tab", owner, "/api/cases/" + number);
        data("search, number", owner, "/api/cases/search?q=" + number);
        data(
                "search, phone",
                lead,
                "/api/cases/search?q=" + encoded(text("select phone from customer where number = 'K-5'")));
        data("search, customer", lead, "/api/cases/search?q=" + text("select md5('5')"));
        data("search, a word of all cases", lead, "/api/cases/search?q=heating");
        List<String> page = new ArrayList<>();
        List<String> numbers = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(url());
                Statement sql = connection.createStatement();
                ResultSet row = sql.executeQuery("select k.id_, c.number from act_ru_task k join plan_step s"
                        + " on s.process_instance_id = k.proc_inst_id_ join recovery_case c on c.id = s.case_id"
                        + " where k.assignee_ = '" + OWNER + "' limit 15")) {
            while (row.next()) {
                page.add(row.getString(1));
                numbers.add(row.getString(2));
            }
        }
        data("cards of a page: names", owner, "/api/cards?tasks=" + String.join(",", page));
        data(
                "cards of a page: times",
                owner,
                "/api/clocks?cases="
                        + String.join(",", numbers.stream().distinct().toList()));
        System.out.printf(
                "load average %.1f%n",
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }

    /** The page of fifteen and its count in one answer, sorted by due time: what Tasklist asks every ten seconds. */
    private void list(String name, Visitor reader, JsonNode filter) throws IOException {
        String path = path(filter);
        long tasks =
                json.readTree(hal(reader, path, SORTED).body()).path("count").asLong();
        Map<String, Object> own = new LinkedHashMap<>(own(filter.path("name").asText(), name));
        // More than a list asks for, and true of every task: so the engine answers for itself.
        own.put("active", true);
        own.put("sorting", List.of(Map.of("sortBy", "dueDate", "sortOrder", "asc")));
        String query = write(own);
        own.remove("sorting");
        String count = write(own);
        Runnable engines = () -> {
            ok(reader.send(csrf(reader, "/engine-rest/task?firstResult=0&maxResults=15")
                    .header("Accept", "application/json")
                    .POST(BodyPublishers.ofString(query))));
            ok(reader.send(csrf(reader, "/engine-rest/task/count")
                    .header("Accept", "application/json")
                    .POST(BodyPublishers.ofString(count))));
        };
        System.out.printf(
                "%-28s %-10s %8d %22s %22s%n",
                filter.path("name").asText(),
                name,
                tasks,
                times(() -> hal(reader, path, SORTED), requests),
                times(engines, requests / 5));
    }

    private static String path(JsonNode filter) {
        return "/engine-rest/filter/" + filter.path("id").asText() + "/list?firstResult=0&maxResults=15";
    }

    private static HttpResponse<String> hal(Visitor reader, String path, String body) {
        return ok(reader.send(
                csrf(reader, path).header("Accept", "application/hal+json").POST(BodyPublishers.ofString(body))));
    }

    /** The same list as a query of the engine's own, without a stored filter. */
    private static Map<String, Object> own(String list, String reader) {
        Instant today = LocalDate.now(ZoneOffset.UTC).atStartOfDay().toInstant(ZoneOffset.UTC);
        String me = reader.equals("lead") ? LEAD : OWNER;
        String group = reader.equals("lead") ? "cx-lead" : "case-owner";
        var mineOrFree = List.of(Map.of("assignee", me, "candidateGroups", List.of(group)));
        return switch (list) {
            case "My work" -> Map.of("assignee", me);
            case "For my group" -> Map.of("candidateGroups", List.of(group), "unassigned", true);
            case "Due today" ->
                Map.of(
                        "dueAfter",
                        date(today),
                        "dueBefore",
                        date(today.plus(1, ChronoUnit.DAYS)),
                        "orQueries",
                        mineOrFree);
            case "Overdue" -> Map.of("dueBefore", date(Instant.now()), "orQueries", mineOrFree);
            case "Waiting for the customer" ->
                Map.of(
                        "taskVariables",
                        List.of(Map.of("name", "waitsFor", "operator", "eq", "value", "customer")),
                        "orQueries",
                        mineOrFree);
            case "Cases without an owner" ->
                Map.of("taskDefinitionKeyIn", List.of("UserTask_AssignOwner", "UserTask_AssignNewOwner"));
            case "Approvals" ->
                Map.of(
                        "taskDefinitionKeyIn",
                        List.of(
                                "UserTask_ApproveCompensation",
                                "UserTask_ApproveLargeCompensation",
                                "UserTask_ApproveExtension"));
            case "Missed deadlines" ->
                Map.of("taskDefinitionKeyIn", List.of("UserTask_HandleMissedDeadline", "UserTask_DecideOnEscalation"));
            default -> Map.of();
        };
    }

    private static String date(Instant at) {
        return at.truncatedTo(ChronoUnit.MILLIS).toString().replaceFirst("(\\.\\d+)?Z$", ".000+0000");
    }

    private void data(String name, Visitor reader, String path) {
        System.out.printf("%-28s %-10s %8s %22s%n", name, "", "", times(() -> ok(reader.get(path)), requests));
    }

    private static String times(Runnable asked, int requests) {
        for (int i = 0; i < Math.min(WARM_UP, requests); i++) {
            asked.run();
        }
        List<Long> micros = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            long begun = System.nanoTime();
            asked.run();
            micros.add((System.nanoTime() - begun) / 1000);
        }
        micros.sort(null);
        return "p50 %.1f p95 %.1f ms"
                .formatted(
                        micros.get(micros.size() / 2) / 1000.0,
                        micros.get((int) Math.ceil(micros.size() * 0.95) - 1) / 1000.0);
    }

    private static java.net.http.HttpRequest.Builder csrf(Visitor reader, String path) {
        var request = reader.request(path).header("Content-Type", "application/json");
        reader.cookie("SR-CSRF").ifPresent(token -> request.header("X-SR-CSRF", token));
        return request;
    }

    private StartedProcess start() throws IOException {
        List<String> arguments = List.of(
                "--server.port=0",
                "--spring.datasource.url=" + url(),
                "--service-recovery.admin.password=" + ADMIN_PASSWORD,
                "--service-recovery.data-dir=" + directory.resolve("data"),
                "--service-recovery.payments.sandbox.jdbc-url=" + server.getJdbcUrl("postgres", "postgres"),
                "--service-recovery.mail.quiet-hours=00:00-23:59");
        return StartedProcess.java(directory, List.of("-Xmx1g"), ServiceRecovery.class, arguments);
    }

    private static int port(StartedProcess application) {
        return URI.create(application.awaitLine("  Engine REST      ", Duration.ofMinutes(5)))
                .getPort();
    }

    private String url() {
        return server.getJdbcUrl("postgres", "lists");
    }

    private String text(String query) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url());
                Statement sql = connection.createStatement();
                ResultSet row = sql.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    private static long number(Statement sql, String query) throws SQLException {
        try (ResultSet row = sql.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    private static HttpResponse<String> ok(HttpResponse<String> answer) {
        if (answer.statusCode() >= 300) {
            throw new IllegalStateException(answer.uri() + ": " + answer.statusCode() + " " + answer.body());
        }
        return answer;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private String write(Map<String, ?> content) {
        try {
            return json.writeValueAsString(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
