package org.servicerecovery.installation;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.NoneNestedConditions;
import org.springframework.boot.autoconfigure.jdbc.DataSourceProperties;
import org.springframework.boot.autoconfigure.jdbc.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;

/**
 * Where the database is; Spring Boot builds the pool from it. Both branches know that the database answers before the
 * pool is built, so that a wrong one ends in a sentence and not in the pool's stack trace.
 */
@Configuration(proxyBeanMethods = false)
class DatabaseConfiguration {

    private static final String APPLICATION_DATABASE = "service_recovery";

    @Configuration(proxyBeanMethods = false)
    @Conditional(NoDatabaseUrl.class)
    static class Embedded {

        /**
         * Whatever holds a connection of this server depends on this bean, so Spring stops the server after them.
         *
         * @param port 0 for any free one
         */
        @Bean
        EmbeddedDatabase embeddedDatabase(
                @Value("${service-recovery.data-dir:data}") String dataDirectory,
                @Value("${service-recovery.database.port:0}") int port,
                @Value("${service-recovery.database.binaries-dir:${service-recovery.data-dir:data}/postgres-binaries}")
                        String binaries) {
            return EmbeddedDatabase.start(Path.of(dataDirectory), port, Path.of(binaries));
        }

        @Bean
        JdbcConnectionDetails jdbcConnectionDetails(EmbeddedDatabase database) {
            return new Details(
                    database.jdbcUrlWithoutPassword(APPLICATION_DATABASE), database.username(), database.password());
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Conditional(DatabaseUrl.class)
    static class External {

        @Bean
        JdbcConnectionDetails jdbcConnectionDetails(DataSourceProperties properties) {
            Details details = new Details(
                    properties.determineUrl(), properties.determineUsername(), properties.determinePassword());
            ExternalDatabase.requireUsable(details.jdbcUrl(), details.username(), details.password());
            return details;
        }
    }

    static final class DatabaseUrl extends NoneNestedConditions {

        DatabaseUrl() {
            super(ConfigurationPhase.PARSE_CONFIGURATION);
        }

        @Conditional(NoDatabaseUrl.class)
        static class NotNamed {}
    }

    private record Details(
            String jdbcUrl,
            @Nullable String username,
            @Nullable String password) implements JdbcConnectionDetails {

        @Override
        public String getJdbcUrl() {
            return jdbcUrl;
        }

        @Override
        public @Nullable String getUsername() {
            return username;
        }

        @Override
        public @Nullable String getPassword() {
            return password;
        }

        /** Without the password, which a record would print. */
        @Override
        public String toString() {
            return "database at " + jdbcUrl.replaceFirst("\\?.*", "");
        }
    }
}
