package org.servicerecovery.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.camunda.bpm.engine.AuthorizationService;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.authorization.Authorization;
import org.camunda.bpm.engine.authorization.Resources;
import org.junit.jupiter.api.Test;
import org.servicerecovery.ServiceRecovery;
import org.servicerecovery.TestDatabase;
import org.servicerecovery.Visitor;
import org.servicerecovery.installation.SignInHint;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** Who is there after the first start, and after later ones, on a database of one's own. */
class FirstPeopleTest {

    private final String database = TestDatabase.pristine();

    @Test
    void withoutAPasswordOneIsMadeUpAndShownOnce() {
        String password;
        try (ConfigurableApplicationContext application = start("")) {
            List<String> hint = hint(application);
            assertThat(hint.get(0)).startsWith("The first administrator is \"admin\", password: ");
            password = hint.get(0).substring(hint.get(0).indexOf(": ") + 2);
            assertThat(password).hasSizeGreaterThan(20);
            assertThat(hint(application)).isEmpty();
            assertThat(me(application, "admin", password).body()).contains("camunda-admin");

            HttpResponse<String> setUp = Visitor.browser(port(application))
                    .post(
                            "/camunda/api/admin/setup/default/user/create",
                            "{\"profile\":{\"id\":\"stranger\"},\"credentials\":{\"password\":\"Stranger-12345\"}}");
            assertThat(setUp.statusCode()).isEqualTo(401);
        }
        try (ConfigurableApplicationContext again = start("")) {
            assertThat(hint(again)).isEmpty();
            assertThat(me(again, "admin", password).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void thePasswordOfTheConfigurationIsTakenAndNotShown() {
        try (ConfigurableApplicationContext application =
                start("", "--service-recovery.admin.id=boss", "--service-recovery.admin.password=Chosen-by-us-1")) {
            assertThat(hint(application)).isEmpty();
            assertThat(me(application, "boss", "Chosen-by-us-1").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aWeakPasswordStopsTheStart() {
        assertThatThrownBy(() -> start("", "--service-recovery.admin.password=secret"))
                .hasStackTraceContaining("The password in service-recovery.admin.password is too weak");
        // Nothing half-done is left: the next start is a first start.
        try (ConfigurableApplicationContext application = start("")) {
            assertThat(hint(application)).hasSize(2);
        }
    }

    @Test
    void theDemoHasSomebodyForEveryRoleAndItsDatabaseIsNeverUsedInEarnest() {
        try (ConfigurableApplicationContext application = start("demo")) {
            IdentityService identities = application.getBean(IdentityService.class);
            assertThat(Role.values())
                    .allSatisfy(role -> assertThat(identities
                                    .createUserQuery()
                                    .memberOfGroup(role.groupId())
                                    .count())
                            .as(role.title())
                            .isPositive());
            String password = application.getEnvironment().getRequiredProperty("service-recovery.demo.password");
            assertThat(String.join("\n", hint(application))).contains(password, "olivia", "Case owner");
            assertThat(me(application, "olivia", password).body()).contains("Olivia Marsh", "case-owner");
        }
        assertThatThrownBy(() -> start("")).hasStackTraceContaining("This database holds the demo's people");
        try (ConfigurableApplicationContext again = start("demo")) {
            assertThat(again.getBean(IdentityService.class)
                            .createUserQuery()
                            .memberOfGroup("case-owner")
                            .count())
                    .isEqualTo(2);
        }
    }

    @Test
    void theDemoStaysOutOfADatabaseInEarnestUse() {
        start("").close();
        assertThatThrownBy(() -> start("demo")).hasStackTraceContaining("This database is in earnest use");
    }

    @Test
    void whatTheBusinessChangedInThePermissionsStays() {
        try (ConfigurableApplicationContext application = start("")) {
            AuthorizationService authorizations = application.getBean(AuthorizationService.class);
            Authorization cockpit = cockpitOfManagers(authorizations);
            authorizations.deleteAuthorization(cockpit.getId());
        }
        try (ConfigurableApplicationContext again = start("")) {
            assertThat(cockpitOfManagers(again.getBean(AuthorizationService.class)))
                    .isNull();
        }
    }

    private static Authorization cockpitOfManagers(AuthorizationService authorizations) {
        return authorizations
                .createAuthorizationQuery()
                .groupIdIn("manager")
                .resourceType(Resources.APPLICATION)
                .resourceId("cockpit")
                .singleResult();
    }

    private ConfigurableApplicationContext start(String profile, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "--spring.datasource.url=" + database, "--server.port=0", "--camunda.bpm.job-execution.enabled=false"));
        arguments.addAll(Arrays.asList(more));
        return new SpringApplicationBuilder(ServiceRecovery.class, SystemClockForNow.class)
                .profiles(profile.isEmpty() ? new String[0] : new String[] {profile})
                .run(arguments.toArray(String[]::new));
    }

    private static List<String> hint(ConfigurableApplicationContext application) {
        return application.getBeansOfType(SignInHint.class).values().stream()
                .flatMap(hint -> hint.lines().stream())
                .toList();
    }

    private static HttpResponse<String> me(ConfigurableApplicationContext application, String name, String password) {
        return Visitor.withBasic(port(application), name, password).get("/api/me");
    }

    private static int port(ConfigurableApplicationContext application) {
        return application.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }
}
