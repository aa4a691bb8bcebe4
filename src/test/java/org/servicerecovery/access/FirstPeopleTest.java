package org.servicerecovery.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.camunda.bpm.engine.AuthorizationService;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.authorization.Resources;
import org.camunda.bpm.engine.impl.cfg.StandaloneProcessEngineConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.servicerecovery.TestDatabase;
import org.springframework.beans.factory.config.YamlPropertiesFactoryBean;
import org.springframework.core.io.ClassPathResource;

/**
 * Who is there after the first start, and after later ones. On an engine of its own with nothing in it: a second whole
 * application in one JVM would disturb the first, because Camunda's web apps keep their engine in static fields.
 */
class FirstPeopleTest {

    private static final Pattern MADE_UP = Pattern.compile("The first administrator is \"admin\", password: (\\S+)");

    private final Properties demo = demoProperties();

    @SuppressWarnings("NullAway.Init")
    private static ProcessEngine engine;

    @SuppressWarnings("NullAway.Init")
    private static People people;

    @BeforeAll
    static void anEngineWithTheRoles() {
        StandaloneProcessEngineConfiguration configuration = new StandaloneProcessEngineConfiguration();
        configuration.setProcessEngineName("firstPeople");
        configuration.setJdbcDriver("org.postgresql.Driver");
        configuration.setJdbcUrl(TestDatabase.pristine());
        configuration.setDatabaseSchemaUpdate("true");
        configuration.setAuthorizationEnabled(true);
        configuration.setProcessEnginePlugins(List.of(new EngineAccess()));
        engine = configuration.buildProcessEngine();
        people = new People(engine.getIdentityService());
        setUpRoles();
    }

    @Test
    void nobodyIsCalledLikeTheApplicationItself() {
        assertThatThrownBy(() -> people.add("system", "Sys", "Tem", null, "Only-for-tests-1", Role.CASE_OWNER))
                .hasMessageContaining("'system'");
        assertThat(people.has("system")).isFalse();
        people.add("systema", "Sys", "Tema", null, "Only-for-tests-1", Role.CASE_OWNER);
    }

    @BeforeEach
    void nobodyIsThere() {
        engine.getIdentityService()
                .createUserQuery()
                .list()
                .forEach(user -> engine.getIdentityService().deleteUser(user.getId()));
        engine.getManagementService().deleteProperty(DemoPeople.MARK);
    }

    @AfterAll
    static void itIsClosed() {
        engine.close();
    }

    @Test
    void withoutAPasswordOneIsMadeUpAndShownOnce() {
        FirstAdministrator firstStart = administrator("admin", "");
        firstStart.arrive();
        Matcher shown = MADE_UP.matcher(String.join("\n", firstStart.lines()));
        assertThat(shown.find()).isTrue();
        assertThat(shown.group(1)).hasSizeGreaterThan(20);
        assertThat(engine.getIdentityService().checkPassword("admin", shown.group(1)))
                .isTrue();
        assertThat(firstStart.lines()).isEmpty();

        FirstAdministrator laterStart = administrator("admin", "");
        laterStart.arrive();
        assertThat(laterStart.lines()).isEmpty();
        assertThat(engine.getIdentityService().checkPassword("admin", shown.group(1)))
                .isTrue();
    }

    @Test
    void thePasswordOfTheConfigurationIsTakenAndNotShown() {
        FirstAdministrator chosen = administrator("boss", "Chosen-by-us-1");
        chosen.arrive();
        assertThat(chosen.lines()).isEmpty();
        assertThat(engine.getIdentityService().checkPassword("boss", "Chosen-by-us-1"))
                .isTrue();
        assertThat(people.hasAny(Role.ADMINISTRATOR)).isTrue();
    }

    @Test
    void aWeakPasswordOrATakenNameStopsTheStart() {
        assertThatThrownBy(administrator("admin", "secret")::arrive).hasMessageContaining("is too weak");
        assertThat(people.has("admin")).isFalse();
        people.add("admin", "Some", "Body", null, "Open-Sesame-1", Role.CASE_OWNER);
        assertThatThrownBy(administrator("admin", "")::arrive).hasMessageContaining("\"admin\" is taken");
    }

    @Test
    void theDemoHasSomebodyForEveryRoleOnce() {
        demoPeople().arrive();
        demoPeople().arrive();
        assertThat(Role.values())
                .allSatisfy(
                        role -> assertThat(people.hasAny(role)).as(role.title()).isTrue());
        assertThat(engine.getIdentityService()
                        .createUserQuery()
                        .memberOfGroup("case-owner")
                        .count())
                .isEqualTo(2);
        assertThat(engine.getIdentityService()
                        .createUserQuery()
                        .memberOfGroup("manager")
                        .count())
                .isEqualTo(2);
        String password = Objects.requireNonNull(demo.getProperty("service-recovery.demo.password"));
        assertThat(engine.getIdentityService().checkPassword("olivia", password))
                .isTrue();
        assertThat(String.join("\n", demoPeople().lines())).contains(password, "olivia", "Case owner");
    }

    @Test
    void aDemoDatabaseIsNeverUsedInEarnest() {
        demoPeople().arrive();
        assertThatThrownBy(administrator("admin", "")::arrive)
                .hasMessageContaining("This database holds the demo's people");
    }

    @Test
    void theDemoStaysOutOfADatabaseInEarnestUse() {
        administrator("admin", "").arrive();
        assertThatThrownBy(demoPeople()::arrive).hasMessageContaining("This database is in earnest use");
        assertThat(people.has("olivia")).isFalse();
    }

    @Test
    void whatTheBusinessChangedInThePermissionsStays() {
        AuthorizationService authorizations = engine.getAuthorizationService();
        authorizations.deleteAuthorization(authorizations
                .createAuthorizationQuery()
                .groupIdIn("manager")
                .resourceType(Resources.APPLICATION)
                .resourceId("cockpit")
                .singleResult()
                .getId());
        long kept = authorizations.createAuthorizationQuery().count();
        setUpRoles();
        assertThat(authorizations.createAuthorizationQuery().count()).isEqualTo(kept);
    }

    private static void setUpRoles() {
        new RoleSetUp(engine.getIdentityService(), engine.getAuthorizationService(), engine.getManagementService())
                .setUp();
    }

    private FirstAdministrator administrator(String id, String password) {
        return new FirstAdministrator(people, engine.getManagementService(), id, password);
    }

    private DemoPeople demoPeople() {
        return new DemoPeople(
                people,
                engine.getManagementService(),
                Objects.requireNonNull(demo.getProperty("service-recovery.demo.password")));
    }

    private static Properties demoProperties() {
        YamlPropertiesFactoryBean yaml = new YamlPropertiesFactoryBean();
        yaml.setResources(new ClassPathResource("application-demo.yml"));
        return Objects.requireNonNull(yaml.getObject());
    }
}
