package org.servicerecovery.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.servicerecovery.ServiceRecovery;
import org.servicerecovery.TestDatabase;
import org.servicerecovery.Visitor;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.CaseState;
import org.servicerecovery.installation.StartedProcess;

/** What a newcomer finds after the README's first command, taken from what the console says. */
@ExtendWith(TestDatabase.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DemoTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern PERSON = Pattern.compile("(?m)^  (\\w+) +(\\S.*)$");

    private StartedProcess application;
    private int port;
    private String password;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        application = StartedProcess.java(
                directory,
                ServiceRecovery.class,
                "--spring.profiles.active=demo",
                "--server.port=0",
                "--spring.datasource.url=" + TestDatabase.pristine(),
                "--service-recovery.payments.sandbox.jdbc-url=" + TestDatabase.pristine());
        port = URI.create(application.awaitLine("  Tasklist ", Duration.ofMinutes(3)))
                .getPort();
        password = application.awaitLine("  Everybody's password in this demo: ");
        application.awaitLine("  ada ");
    }

    @AfterAll
    void stop() throws Exception {
        application.close();
    }

    @Test
    void thereIsSomebodyForEveryRoleAndEachCanSignIn() throws Exception {
        List<MatchResult> people = PERSON.matcher(application.output().split("Who can sign in:", 2)[1])
                .results()
                .toList();
        assertThat(people)
                .extracting(person -> person.group(2).replaceAll(" \\(.*", ""))
                .containsAll(Arrays.stream(Role.values()).map(Role::title).toList());
        for (MatchResult person : people) {
            boolean operative = person.group(2).startsWith(Role.OPERATIVE.title());
            assertThat(as(person.group(1)).get("/api/me").statusCode())
                    .as(person.group(1))
                    .isEqualTo(operative ? 403 : 200);
        }
    }

    @Test
    void thereAreCasesInEveryStateAndOneThatNobodyOwns() throws Exception {
        Visitor manager = as("miriam");
        for (CaseState state : CaseState.values()) {
            assertThat(read(manager, "/api/cases?state=" + state.code()))
                    .as(state.label())
                    .isNotEmpty();
        }
        assertThat(read(manager, "/api/cases?unowned=true")).isNotEmpty();
    }

    @Test
    void theManagerHasTheMissedDeadlineAmongTheTasks() {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(read(as("miriam"), "/engine-rest/task?candidateGroup=manager"))
                        .extracting(task -> task.path("name").textValue())
                        .contains("Handle missed deadline"));
    }

    private Visitor as(String person) {
        return Visitor.withBasic(port, person, password);
    }

    private static JsonNode read(Visitor who, String path) throws Exception {
        return JSON.readTree(who.get(path).body());
    }
}
