package org.servicerecovery.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.camunda.bpm.engine.AuthorizationService;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.authorization.Authorization;
import org.camunda.bpm.engine.authorization.Resources;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.servicerecovery.ServiceRecovery;
import org.servicerecovery.TestDatabase;
import org.servicerecovery.Visitor;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

/** Who is there after the first start, and after later ones, on a database of one's own. */
@ExtendWith(OutputCaptureExtension.class)
class FirstPeopleTest {

    private static final Pattern SHOWN = Pattern.compile("The first administrator is \"admin\", password: (\\S+)");

    private final String database = TestDatabase.pristine();

    @Test
    void withoutAPasswordOneIsMadeUpAndShownOnceAndWhatTheBusinessChangesStays(CapturedOutput console) {
        String password;
        try (ConfigurableApplicationContext application = start("")) {
            Matcher shown = SHOWN.matcher(console.getOut());
            assertThat(shown.find()).isTrue();
            password = shown.group(1);
            assertThat(password).hasSizeGreaterThan(20);
            assertThat(Visitor.withBasic(port(application), "admin", password)
                            .get("/api/me")
                            .body())
                    .contains("camunda-admin");

            AuthorizationService authorizations = application.getBean(AuthorizationService.class);
            authorizations.deleteAuthorization(cockpitOfManagers(authorizations).getId());

            DemoPeople demo = new DemoPeople(
                    application.getBean(People.class), application.getBean(ManagementService.class), "Known-to-all-1");
            assertThatThrownBy(demo::arrive).hasMessageContaining("This database is in earnest use");
        }
        int firstStart = console.getOut().length();
        try (ConfigurableApplicationContext again = start("")) {
            assertThat(console.getOut().substring(firstStart))
                    .contains("Service Recovery is running")
                    .doesNotContain("first administrator");
            assertThat(Visitor.withBasic(port(again), "admin", password)
                            .get("/api/me")
                            .statusCode())
                    .isEqualTo(200);
            AuthorizationService authorizations = again.getBean(AuthorizationService.class);
            assertThat(authorizations
                            .createAuthorizationQuery()
                            .groupIdIn("manager")
                            .resourceType(Resources.APPLICATION)
                            .resourceId("cockpit")
                            .count())
                    .isZero();

            // With the administrator gone the next one needs a name of its own and a password that is worth something.
            IdentityService identities = again.getBean(IdentityService.class);
            identities.deleteMembership("admin", "camunda-admin");
            People people = again.getBean(People.class);
            ManagementService management = again.getBean(ManagementService.class);
            assertThatThrownBy(() -> new FirstAdministrator(people, management, "admin", "").arrive())
                    .hasMessageContaining("user id \"admin\" is taken");
            assertThatThrownBy(() -> new FirstAdministrator(people, management, "boss", "secret").arrive())
                    .hasMessageContaining("is too weak");
            FirstAdministrator chosen = new FirstAdministrator(people, management, "boss", "Chosen-by-us-1");
            chosen.arrive();
            assertThat(chosen.lines()).isEmpty();
            assertThat(Visitor.withBasic(port(again), "boss", "Chosen-by-us-1")
                            .get("/api/me")
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void theDemoHasSomebodyForEveryRoleAndItsDatabaseIsNeverUsedInEarnest(CapturedOutput console) {
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
            assertThat(console.getOut()).contains(password, "olivia", "Case owner");
            assertThat(Visitor.withBasic(port(application), "olivia", password)
                            .get("/api/me")
                            .body())
                    .contains("Olivia Marsh", "case-owner");

            application.getBean(DemoPeople.class).arrive();
            assertThat(identities.createUserQuery().memberOfGroup("case-owner").count())
                    .isEqualTo(2);

            FirstAdministrator inEarnest = new FirstAdministrator(
                    application.getBean(People.class), application.getBean(ManagementService.class), "admin", "");
            assertThatThrownBy(inEarnest::arrive).hasMessageContaining("This database holds the demo's people");
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

    private ConfigurableApplicationContext start(String profile) {
        return new SpringApplicationBuilder(ServiceRecovery.class)
                .profiles(profile.isEmpty() ? new String[0] : new String[] {profile})
                .run(
                        "--spring.datasource.url=" + database,
                        "--service-recovery.payments.sandbox.jdbc-url=" + TestDatabase.pristine(),
                        "--server.port=0",
                        "--camunda.bpm.job-execution.enabled=false");
    }

    private static int port(ConfigurableApplicationContext application) {
        return application.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }
}
