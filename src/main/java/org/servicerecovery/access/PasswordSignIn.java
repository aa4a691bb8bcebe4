package org.servicerecovery.access;

import java.time.Duration;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.authentication.WebAuthenticationDetails;

/** Name and password, by form or Basic, judged by the engine's own user management. */
final class PasswordSignIn implements AuthenticationProvider {

    /** Whatever the password was, it was not looked at. */
    static final class TooManyTries extends AuthenticationException {

        private static final long serialVersionUID = 1L;

        private final long seconds;

        TooManyTries(Duration wait) {
            super("Too many tries.");
            this.seconds = wait.plusMillis(999).toSeconds();
        }

        long seconds() {
            return seconds;
        }
    }

    private final Members members;
    private final SignInThrottle throttle;

    PasswordSignIn(Members members, SignInThrottle throttle) {
        this.members = members;
        this.throttle = throttle;
    }

    @Override
    public Authentication authenticate(Authentication asked) {
        String name = asked.getName();
        String password = asked.getCredentials() instanceof String text ? text : "";
        String address = asked.getDetails() instanceof WebAuthenticationDetails web ? web.getRemoteAddress() : "";

        Duration wait = throttle.waitingTime(name, address);
        if (!wait.isZero()) {
            throw new TooManyTries(wait);
        }
        if (!members.passwordIsRight(name, password)) {
            throttle.wrong(name, address);
            throw new BadCredentialsException("Wrong name or password.");
        }
        throttle.right(name, address);
        return members.signedIn(name).orElseThrow(() -> new BadCredentialsException("Wrong name or password."));
    }

    @Override
    public boolean supports(Class<?> authentication) {
        return UsernamePasswordAuthenticationToken.class.isAssignableFrom(authentication);
    }
}
