package org.servicerecovery.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import org.camunda.bpm.engine.IdentityService;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.Visitor;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;

@RunningApplication
class TokensTest {

    @LocalServerPort
    int port;

    @Autowired
    IdentityService identities;

    @Autowired
    JdbcClient db;

    @Autowired
    ObjectMapper json;

    @Test
    void aTokenActsForItsUserUntilItIsRevoked() throws Exception {
        String manager = TestPeople.person(identities, Role.MANAGER);
        JsonNode issued = issue("importer", manager);
        String secret = issued.get("secret").asText();
        assertThat(secret).matches("sr_[A-Za-z0-9_-]{43}");

        Visitor machine = Visitor.withToken(port, secret);
        assertThat(machine.get("/api/me").body()).contains(manager);
        assertThat(machine.post("/engine-rest/task", "{}").statusCode()).isEqualTo(200);
        assertThat(machine.get("/engine-rest/user/count").body()).isNotEqualTo("{\"count\":1}");
        assertThat(machine.get("/api/tokens").statusCode()).isEqualTo(403);
        assertThat(machine.cookieNames()).isEmpty();

        assertThat(administrator()
                        .call("DELETE", "/api/tokens/" + issued.get("id").asLong(), "")
                        .statusCode())
                .isEqualTo(204);
        assertThat(machine.get("/api/me").statusCode()).isEqualTo(401);
        assertThat(machine.get("/engine-rest/task").statusCode()).isEqualTo(401);
    }

    @Test
    void onlyADigestIsKeptAndTheListShowsNoSecret() throws Exception {
        JsonNode issued = issue("kept safe", TestPeople.person(identities, Role.MANAGER));
        String secret = issued.get("secret").asText();
        assertThat(administrator().get("/api/tokens").body())
                .contains("kept safe")
                .doesNotContain(secret, "secret", "digest");
        assertThat(db.sql("select t::text from api_token t where id = ?")
                        .param(issued.get("id").asLong())
                        .query(String.class)
                        .single())
                .doesNotContain(secret);
        assertThat(db.sql("select digest = sha256(convert_to(?, 'UTF8')) from api_token where id = ?")
                        .params(secret, issued.get("id").asLong())
                        .query(Boolean.class)
                        .single())
                .isTrue();
    }

    @Test
    void theTokenOfADeletedUserIsWorthNothing() throws Exception {
        TestPeople.add(identities, "gone-soon", Role.MANAGER);
        Visitor machine = Visitor.withToken(
                port, issue("left behind", "gone-soon").get("secret").asText());
        assertThat(machine.get("/api/me").statusCode()).isEqualTo(200);
        identities.deleteMembership("gone-soon", Role.MANAGER.groupId());
        assertThat(machine.get("/api/me").statusCode()).isEqualTo(403);
        identities.deleteUser("gone-soon");
        assertThat(machine.get("/api/me").statusCode()).isEqualTo(401);
    }

    @ParameterizedTest
    @EnumSource(names = "ADMINISTRATOR", mode = EnumSource.Mode.EXCLUDE)
    void nobodyButTheAdministratorHandsTokensOut(Role role) {
        Visitor member = Visitor.withBasic(port, TestPeople.person(identities, role), TestPeople.PASSWORD);
        assertThat(member.post("/api/tokens", "{\"name\":\"x\",\"userId\":\"admin\"}")
                        .statusCode())
                .isEqualTo(403);
        assertThat(member.get("/api/tokens").statusCode()).isEqualTo(403);
        assertThat(member.call("DELETE", "/api/tokens/1", "").statusCode()).isEqualTo(403);
    }

    private JsonNode issue(String name, String userId) throws Exception {
        HttpResponse<String> answer =
                administrator().post("/api/tokens", "{\"name\":\"" + name + "\",\"userId\":\"" + userId + "\"}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return json.readTree(answer.body());
    }

    private Visitor administrator() {
        return Visitor.withBasic(port, RunningApplication.ADMIN, RunningApplication.ADMIN_PASSWORD);
    }
}
