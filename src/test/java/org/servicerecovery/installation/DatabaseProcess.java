package org.servicerecovery.installation;

import java.io.IOException;
import javax.sql.DataSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.context.annotation.Import;

/** Boots the database configuration alone, says where the database is, and runs until it is ended. */
@Import(DatabaseConfiguration.class)
@ImportAutoConfiguration(DataSourceAutoConfiguration.class)
final class DatabaseProcess {

    public static void main(String[] args) throws IOException {
        SpringApplication application = new SpringApplication(DatabaseProcess.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        try (var context = application.run(args)) {
            context.getBean(DataSource.class);
            System.out.println(
                    "READY " + context.getBean(EmbeddedDatabase.class).jdbcUrl("service_recovery"));
            while (System.in.read() >= 0) {
                // lives until its standard input or the process is closed
            }
        }
    }
}
