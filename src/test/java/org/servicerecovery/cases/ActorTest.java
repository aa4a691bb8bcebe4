package org.servicerecovery.cases;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.context.SecurityContextHolder;

class ActorTest {

    @AfterEach
    void nobodyIsSignedIn() {
        SecurityContextHolder.clearContext();
    }

    @Test
    void onlyNobodyIsTheSystem() {
        assertThat(Actor.current().isSystem()).isTrue();
        assertThat(Actor.current().id()).isEqualTo(Actor.SYSTEM);
    }

    @Test
    void aPersonCalledLikeTheSystemIsAPerson() {
        SecurityContextHolder.getContext()
                .setAuthentication(UsernamePasswordAuthenticationToken.authenticated(Actor.SYSTEM, "", List.of()));
        assertThat(Actor.current().isSystem()).isFalse();
    }
}
