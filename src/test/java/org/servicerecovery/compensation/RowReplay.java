package org.servicerecovery.compensation;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What PostgreSQL committed, row by row, as its plug-in {@code test_decoding} tells it, and the same done again by JDBC.
 * Commits that touch a row in common are done again in their order, others side by side.
 */
final class RowReplay {

    private enum What {
        INSERT,
        UPDATE,
        DELETE
    }

    private record Value(String type, @Nullable String text) {}

    private record Change(String table, What what, Map<String, Value> columns) {}

    private final Map<String, List<String>> keys = new HashMap<>();
    private final List<List<Change>> commits = new ArrayList<>();

    /** Reads what was committed since the slot was made. */
    RowReplay(Connection source, String slot) throws SQLException {
        List<Change> current = new ArrayList<>();
        try (Statement sql = source.createStatement();
                ResultSet rows = sql.executeQuery("select data from pg_logical_slot_get_changes('" + slot
                        + "', null, null, 'skip-empty-xacts', '1', 'include-xids', '0')")) {
            while (rows.next()) {
                String line = rows.getString(1);
                if (line.startsWith("table ")) {
                    current.add(parse(line));
                } else if (line.startsWith("COMMIT")) {
                    commits.add(current);
                    current = new ArrayList<>();
                }
            }
        }
        for (List<Change> commit : commits) {
            for (Change change : commit) {
                keys.computeIfAbsent(change.table(), table -> keyOf(source, table));
            }
        }
    }

    int commits() {
        return commits.size();
    }

    int rows() {
        return commits.stream().mapToInt(List::size).sum();
    }

    /** Does it all again, with so many connections. */
    void run(String url, int connections) throws Exception {
        List<List<List<Change>>> lanes = lanes(connections);
        ExecutorService threads = Executors.newFixedThreadPool(connections);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (List<List<Change>> lane : lanes) {
                running.add(threads.submit(() -> {
                    run(url, lane);
                    return null;
                }));
            }
            for (Future<?> one : running) {
                one.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private void run(String url, List<List<Change>> lane) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url)) {
            connection.setAutoCommit(false);
            for (List<Change> commit : lane) {
                for (Change change : commit) {
                    apply(connection, change);
                }
                connection.commit();
            }
        }
    }

    private void apply(Connection connection, Change change) throws SQLException {
        List<String> key = keys.getOrDefault(change.table(), List.of());
        List<Value> values = new ArrayList<>();
        String statement = switch (change.what()) {
            case INSERT -> {
                values.addAll(change.columns().values());
                yield "insert into " + change.table() + " ("
                        + String.join(", ", change.columns().keySet())
                        + ") overriding system value values ("
                        + change.columns().values().stream()
                                .map(RowReplay::parameter)
                                .collect(Collectors.joining(", "))
                        + ")";
            }
            case UPDATE -> {
                List<String> set = new ArrayList<>();
                change.columns().forEach((name, value) -> {
                    if (!key.contains(name)) {
                        set.add(name + " = " + parameter(value));
                        values.add(value);
                    }
                });
                yield "update " + change.table() + " set " + String.join(", ", set) + where(change, key, values);
            }
            case DELETE -> "delete from " + change.table() + where(change, key, values);
        };
        try (PreparedStatement sql = connection.prepareStatement(statement)) {
            for (int i = 0; i < values.size(); i++) {
                sql.setString(i + 1, values.get(i).text());
            }
            if (sql.executeUpdate() != 1) {
                throw new IllegalStateException("Not one row: " + statement);
            }
        }
    }

    private static String where(Change change, List<String> key, List<Value> values) {
        return key.stream()
                .map(name -> {
                    Value value = change.columns().get(name);
                    values.add(value);
                    return name + " = " + parameter(value);
                })
                .collect(Collectors.joining(" and ", " where ", ""));
    }

    private static String parameter(Value value) {
        // A cast to "character" would keep one character.
        String type = value.type().equals("character") ? "bpchar" : value.type();
        return "cast(? as " + type + ")";
    }

    /** Commits that belong together, by the rows they touch, spread over lanes; the order within is kept. */
    private List<List<List<Change>>> lanes(int number) {
        int[] group = new int[commits.size()];
        Map<String, Integer> lastTouched = new HashMap<>();
        for (int i = 0; i < commits.size(); i++) {
            group[i] = i;
            for (Change change : commits.get(i)) {
                String row = change.table()
                        + keys.getOrDefault(change.table(), List.of()).stream()
                                .map(name -> change.columns().get(name))
                                .toList();
                Integer before = lastTouched.put(row, i);
                if (before != null) {
                    group[root(group, i)] = root(group, before);
                }
            }
        }
        List<List<List<Change>>> lanes = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            lanes.add(new ArrayList<>());
        }
        Map<Integer, Integer> laneOf = new LinkedHashMap<>();
        for (int i = 0; i < commits.size(); i++) {
            int lane = laneOf.computeIfAbsent(root(group, i), root -> laneOf.size() % number);
            lanes.get(lane).add(commits.get(i));
        }
        return lanes;
    }

    private static int root(int[] group, int of) {
        int at = of;
        while (group[at] != at) {
            group[at] = group[group[at]];
            at = group[at];
        }
        return at;
    }

    private static List<String> keyOf(Connection source, String table) {
        try (Statement sql = source.createStatement();
                ResultSet rows = sql.executeQuery("select a.attname from pg_index i join pg_attribute a"
                        + " on a.attrelid = i.indrelid and a.attnum = any (i.indkey) where i.indisprimary"
                        + " and i.indrelid = '" + table + "'::regclass")) {
            List<String> key = new ArrayList<>();
            while (rows.next()) {
                key.add(rows.getString(1));
            }
            return key;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** {@code table public.t: UPDATE: id[bigint]:1 name[text]:'it''s' at[timestamp with time zone]:null}. */
    private static Change parse(String line) {
        int colon = line.indexOf(": ");
        String table = line.substring("table ".length(), colon);
        int second = line.indexOf(": ", colon + 2);
        What what = What.valueOf(line.substring(colon + 2, second));
        Map<String, Value> columns = new LinkedHashMap<>();
        int at = second + 2;
        // A row whose key changed tells the old key first; none of ours does.
        while (at < line.length()) {
            int bracket = line.indexOf('[', at);
            int end = line.indexOf("]:", bracket);
            String name = line.substring(at, bracket);
            String type = line.substring(bracket + 1, end);
            at = end + 2;
            StringBuilder text = new StringBuilder();
            boolean quoted = line.charAt(at) == '\'';
            if (quoted) {
                at++;
                while (true) {
                    char c = line.charAt(at++);
                    if (c != '\'') {
                        text.append(c);
                    } else if (at < line.length() && line.charAt(at) == '\'') {
                        text.append('\'');
                        at++;
                    } else {
                        break;
                    }
                }
            } else {
                while (at < line.length() && line.charAt(at) != ' ') {
                    text.append(line.charAt(at++));
                }
            }
            String value = text.toString();
            if (!value.equals("unchanged-toast-datum")) {
                columns.put(name, new Value(type, !quoted && value.equals("null") ? null : value));
            }
            at++;
        }
        return new Change(table, what, columns);
    }
}
