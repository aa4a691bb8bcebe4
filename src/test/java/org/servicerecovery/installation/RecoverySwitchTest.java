package org.servicerecovery.installation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.servicerecovery.Refused;
import org.servicerecovery.customer.Customers;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.flyway.FlywayAutoConfiguration;
import org.springframework.boot.autoconfigure.http.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.autoconfigure.jackson.JacksonAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.JdbcClientAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.JdbcTemplateAutoConfiguration;
import org.springframework.boot.autoconfigure.security.servlet.SecurityAutoConfiguration;
import org.springframework.boot.autoconfigure.security.servlet.SecurityFilterAutoConfiguration;
import org.springframework.boot.autoconfigure.security.servlet.UserDetailsServiceAutoConfiguration;
import org.springframework.boot.autoconfigure.transaction.TransactionAutoConfiguration;
import org.springframework.boot.autoconfigure.web.servlet.DispatcherServletAutoConfiguration;
import org.springframework.boot.autoconfigure.web.servlet.ServletWebServerFactoryAutoConfiguration;
import org.springframework.boot.autoconfigure.web.servlet.WebMvcAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;

class RecoverySwitchTest {

    private static final Instant NOW = Instant.parse("2026-03-02T09:00:00Z");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path data;

    @SuppressWarnings("NullAway.Init")
    private static ServletWebServerApplicationContext application;

    private final RecoverySwitch recoverySwitch = application.getBean(RecoverySwitch.class);
    private final Customers customers = application.getBean(Customers.class);
    private final JdbcClient db = application.getBean(JdbcClient.class);

    /** The feature on its real database and real HTTP, without the engine. */
    @Import({DatabaseConfiguration.class, RecoverySwitch.class, SwitchController.class, Customers.class})
    @ImportAutoConfiguration({
        DataSourceAutoConfiguration.class,
        DataSourceTransactionManagerAutoConfiguration.class,
        DispatcherServletAutoConfiguration.class,
        FlywayAutoConfiguration.class,
        HttpMessageConvertersAutoConfiguration.class,
        JacksonAutoConfiguration.class,
        JdbcClientAutoConfiguration.class,
        JdbcTemplateAutoConfiguration.class,
        SecurityAutoConfiguration.class,
        SecurityFilterAutoConfiguration.class,
        ServletWebServerFactoryAutoConfiguration.class,
        TransactionAutoConfiguration.class,
        UserDetailsServiceAutoConfiguration.class,
        WebMvcAutoConfiguration.class
    })
    static class SwitchOnly {

        @Bean
        Clock clock() {
            return Clock.fixed(NOW, ZoneOffset.UTC);
        }

        @Bean
        SecurityFilterChain basic(HttpSecurity http) throws Exception {
            return http.httpBasic(Customizer.withDefaults())
                    .csrf(csrf -> csrf.disable())
                    .authorizeHttpRequests(all -> all.anyRequest().authenticated())
                    .build();
        }
    }

    @BeforeAll
    static void start() {
        application = (ServletWebServerApplicationContext) new SpringApplicationBuilder(SwitchOnly.class)
                .run(
                        "--server.port=0",
                        "--service-recovery.data-dir=" + data,
                        "--service-recovery.database.binaries-dir=target/postgres-binaries",
                        "--spring.security.user.name=olga",
                        "--spring.security.user.password=olga-in-this-test");
    }

    @AfterAll
    static void stop() {
        application.close();
    }

    @BeforeEach
    void asInstalled() {
        db.sql("delete from customer").update();
        db.sql("update installation_switch set turned_on = true, changed_by = 'installation'")
                .update();
    }

    private void registerCustomer() {
        customers.register("C-1", "Ines Okafor", null, null);
    }

    private HttpResponse<String> call(String method, String body) throws IOException, InterruptedException {
        String user = Base64.getEncoder().encodeToString("olga:olga-in-this-test".getBytes(StandardCharsets.US_ASCII));
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:"
                                        + application.getWebServer().getPort() + "/api/installation/switch"))
                                .header("Authorization", "Basic " + user)
                                .header("Content-Type", "application/json")
                                .method(method, HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void isNotReadyWhileNoCustomerIsKnownAndOnWithTheFirst() {
        assertThat(recoverySwitch.state()).isEqualTo(RecoverySwitch.State.NOT_READY);
        assertThatThrownBy(recoverySwitch::requireOn)
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.reason()).isEqualTo(Refused.Reason.CONFLICT))
                .hasMessageContaining("No customer is known here yet")
                .hasMessageContaining("bring in the customers first");

        registerCustomer();
        assertThat(recoverySwitch.state()).isEqualTo(RecoverySwitch.State.ON);
        assertThatCode(recoverySwitch::requireOn).doesNotThrowAnyException();
    }

    @Test
    void offNamesWhoTurnedItOffAndWhoCanTurnItOn() {
        registerCustomer();
        RecoverySwitch.Status off = recoverySwitch.turn(false, "mara");

        assertThat(off.state()).isEqualTo(RecoverySwitch.State.OFF);
        assertThat(off.changedBy()).isEqualTo("mara");
        assertThat(off.changedAt()).isEqualTo(NOW);
        assertThatThrownBy(recoverySwitch::requireOn)
                .isInstanceOf(Refused.class)
                .hasMessageContaining("turned off by mara")
                .hasMessageContaining("a business owner, an office manager or an administrator can turn it on");

        assertThat(recoverySwitch.turn(true, "olga").state()).isEqualTo(RecoverySwitch.State.ON);
    }

    @Test
    void turningItTheWayItStandsDoesNotChangeWhoTurnedIt() {
        registerCustomer();
        recoverySwitch.turn(false, "mara");
        assertThat(recoverySwitch.turn(false, "olga").changedBy()).isEqualTo("mara");
    }

    @Test
    void anInstallationWithoutServiceRecoveryCannotTurnItOn() {
        registerCustomer();
        RecoverySwitch notIncluded = new RecoverySwitch(db, customers, Clock.systemUTC(), false);

        assertThat(notIncluded.state()).isEqualTo(RecoverySwitch.State.NOT_INCLUDED);
        assertThatThrownBy(notIncluded::requireOn)
                .isInstanceOf(Refused.class)
                .hasMessageContaining("not included in this installation")
                .hasMessageContaining("service-recovery.included");
        assertThatThrownBy(() -> notIncluded.turn(true, "olga"))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("not included in this installation");
    }

    @Test
    void everyStateHasItsOwnSentence() {
        String notIncluded = new RecoverySwitch(db, customers, Clock.systemUTC(), false)
                .status()
                .sentence();
        String notReady = recoverySwitch.status().sentence();
        registerCustomer();
        String on = recoverySwitch.status().sentence();
        String off = recoverySwitch.turn(false, "mara").sentence();
        assertThat(new String[] {notIncluded, notReady, on, off}).doesNotHaveDuplicates();
    }

    @Test
    void itIsReadAndTurnedOverHttpInTheNameOfTheSignedInUser() throws Exception {
        registerCustomer();
        assertThat(call("GET", "").body()).contains("\"state\":\"on\"");

        HttpResponse<String> off = call("PUT", "{\"on\":false}");
        assertThat(off.statusCode()).isEqualTo(200);
        assertThat(off.body())
                .contains("\"state\":\"off\"", "\"changedBy\":\"olga\"", "\"changedAt\":\"2026-03-02T09:00:00Z\"");
        assertThat(recoverySwitch.state()).isEqualTo(RecoverySwitch.State.OFF);
    }
}
