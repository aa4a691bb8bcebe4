package org.servicerecovery.installation;

import java.util.ArrayList;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.context.WebServerApplicationContext;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Tells whoever started the application where everything is. A command without a web server prints nothing. */
@Component
class Announcement {

    private static final String RULE = "-".repeat(72);

    private final RecoverySwitch recoverySwitch;
    private final ObjectProvider<EmbeddedDatabase> embedded;
    private final ObjectProvider<SignInHint> hints;

    Announcement(
            RecoverySwitch recoverySwitch,
            ObjectProvider<EmbeddedDatabase> embedded,
            ObjectProvider<SignInHint> hints) {
        this.recoverySwitch = recoverySwitch;
        this.embedded = embedded;
        this.hints = hints;
    }

    @EventListener
    void tell(ApplicationReadyEvent started) {
        if (started.getApplicationContext() instanceof WebServerApplicationContext web && web.getWebServer() != null) {
            String address = address(web.getEnvironment(), web.getWebServer().getPort());
            System.out.println(String.join(System.lineSeparator(), lines(address, web.getEnvironment())));
        }
    }

    private static String address(Environment environment, int port) {
        String scheme = environment.getProperty("server.ssl.enabled", Boolean.class, false) ? "https" : "http";
        String host = environment.getProperty("server.address", "");
        boolean everywhere = host.isEmpty() || host.equals("0.0.0.0") || host.equals("::");
        return scheme + "://" + (everywhere ? "localhost" : host.contains(":") ? "[" + host + "]" : host) + ":" + port
                + environment.getProperty("server.servlet.context-path", "");
    }

    private List<String> lines(String address, Environment environment) {
        String webapps = address + environment.getProperty("camunda.bpm.webapp.application-path", "/camunda") + "/app/";
        List<String> lines = new ArrayList<>();
        lines.add(RULE);
        lines.add("Service Recovery is running.");
        lines.add("  Tasklist         " + webapps + "tasklist/");
        lines.add("  Cockpit          " + webapps + "cockpit/");
        lines.add("  Admin            " + webapps + "admin/");
        lines.add("  API              " + address + "/api");
        lines.add("  API description  " + address + "/v3/api-docs");
        lines.add("  Engine REST      " + address + "/engine-rest");
        embedded.ifAvailable(database -> lines.add(
                "  Database         embedded, port " + database.port() + ", data in " + database.directory()));
        RecoverySwitch.Status status = recoverySwitch.status();
        if (status.state() != RecoverySwitch.State.ON) {
            lines.add("  New cases        " + status.sentence());
        }
        List<String> people =
                hints.orderedStream().flatMap(hint -> hint.lines().stream()).toList();
        if (!people.isEmpty()) {
            lines.add("Who can sign in:");
            people.forEach(line -> lines.add("  " + line));
        }
        lines.add(RULE);
        return lines;
    }
}
