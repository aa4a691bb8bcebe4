package org.servicerecovery.installation;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/** A database that somebody else runs, named by {@code spring.datasource.url}. */
final class ExternalDatabase {

    private static final String LOGIN_SECONDS = "10";
    private static final int OLDEST_VERSION = 14;

    private ExternalDatabase() {}

    /**
     * Opens one connection and closes it again.
     *
     * @throws CannotStart when there is no usable PostgreSQL behind the URL; the message never holds the password
     */
    static void requireUsable(String url, @Nullable String user, @Nullable String password) {
        Properties parsed = Driver.parseURL(url, null);
        if (parsed == null) {
            throw new CannotStart("spring.datasource.url does not name a PostgreSQL database:"
                    + " it must read jdbc:postgresql://host:port/database.");
        }
        String server = PGProperty.PG_HOST.getOrDefault(parsed) + ":" + PGProperty.PG_PORT.getOrDefault(parsed);
        String database = PGProperty.PG_DBNAME.getOrDefault(parsed);
        Properties login = new Properties();
        PGProperty.CONNECT_TIMEOUT.set(login, LOGIN_SECONDS);
        PGProperty.LOGIN_TIMEOUT.set(login, LOGIN_SECONDS);
        if (user != null) {
            PGProperty.USER.set(login, user);
        }
        if (password != null) {
            PGProperty.PASSWORD.set(login, password);
        }
        try (Connection connection = new Driver().connect(url, login)) {
            if (connection == null) {
                throw new CannotStart("spring.datasource.url does not name a PostgreSQL database.");
            }
            int version = connection.getMetaData().getDatabaseMajorVersion();
            if (version < OLDEST_VERSION) {
                throw new CannotStart("The database at " + server + " is PostgreSQL " + version + ": version "
                        + OLDEST_VERSION + " or newer is needed.");
            }
        } catch (SQLException failure) {
            throw new CannotStart(sentence(failure, server, database), failure);
        }
    }

    private static String sentence(SQLException failure, String server, @Nullable String database) {
        String state = String.valueOf(failure.getSQLState());
        if (state.startsWith("28")) {
            return "The database at " + server + " refuses the sign-in:"
                    + " check spring.datasource.username and spring.datasource.password.";
        }
        if (state.equals("3D000")) {
            return "There is no database \"" + database + "\" at " + server
                    + ": create it, or correct spring.datasource.url.";
        }
        Throwable cause = failure.getCause();
        if (cause instanceof UnknownHostException) {
            return "The host of the database, " + server + ", is unknown: correct spring.datasource.url.";
        }
        if (cause instanceof ConnectException
                || cause instanceof NoRouteToHostException
                || cause instanceof SocketTimeoutException) {
            return "No database answers at " + server + ": start it, or correct spring.datasource.url.";
        }
        if (state.equals("08P01") || cause instanceof IOException) {
            return "What answers at " + server + " is not PostgreSQL: correct spring.datasource.url.";
        }
        return "The database at " + server + " cannot be used: " + failure.getMessage();
    }
}
