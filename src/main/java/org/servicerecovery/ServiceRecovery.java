package org.servicerecovery;

import java.util.Arrays;
import java.util.Locale;
import org.servicerecovery.signal.ImportCommand;
import org.servicerecovery.sla.replay.ReplayCommand;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.scheduling.annotation.EnableScheduling;

/**
 * Starts the application, or with {@code import} as the first word the import of complaints into a running one, or with
 * {@code replay} the replay of an incident log.
 */
@SpringBootApplication
@EnableScheduling
public class ServiceRecovery {

    public static void main(String[] args) {
        if (args.length > 0 && args[0].equals("import")) {
            System.exit(ImportCommand.run(Arrays.copyOfRange(args, 1, args.length)));
        }
        if (args.length > 0 && args[0].equals("replay")) {
            System.exit(ReplayCommand.run(Arrays.copyOfRange(args, 1, args.length)));
        }
        // Whoever names no language is answered in English, wherever the server stands.
        Locale.setDefault(Locale.ENGLISH);
        SpringApplication.run(ServiceRecovery.class, args);
    }
}
