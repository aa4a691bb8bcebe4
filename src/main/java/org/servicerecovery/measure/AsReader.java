package org.servicerecovery.measure;

import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import org.springframework.context.i18n.LocaleContext;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;

/** What somebody would get who asked for it now, with these roles and in this language. */
final class AsReader {

    private AsReader() {}

    static <T> T has(String person, Set<String> roles, Locale language, Supplier<T> asked) {
        SecurityContext before = SecurityContextHolder.getContext();
        LocaleContext languageBefore = LocaleContextHolder.getLocaleContext();
        SecurityContext context = SecurityContextHolder.createEmptyContext();
        context.setAuthentication(UsernamePasswordAuthenticationToken.authenticated(
                person, "", roles.stream().map(SimpleGrantedAuthority::new).toList()));
        SecurityContextHolder.setContext(context);
        LocaleContextHolder.setLocale(language);
        try {
            return asked.get();
        } finally {
            SecurityContextHolder.setContext(before);
            LocaleContextHolder.setLocaleContext(languageBefore);
        }
    }
}
