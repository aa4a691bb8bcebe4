package org.servicerecovery.access;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.cases.CaseRoles;
import org.servicerecovery.engine.LeadsAlone;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;

/** Someone who has shown who they are. The name is the user's id; the authorities are plain group ids. */
final class SignedIn extends AbstractAuthenticationToken {

    private static final long serialVersionUID = 1L;

    private final String userId;

    SignedIn(String userId, Collection<String> groupIds) {
        super(groupIds.stream().map(SimpleGrantedAuthority::new).toList());
        this.userId = userId;
        setAuthenticated(true);
    }

    List<String> groupIds() {
        return getAuthorities().stream().map(GrantedAuthority::getAuthority).toList();
    }

    /** The tenants of the engine, as {@link RoleSetUp} has them for the web apps. */
    List<String> tenantIds() {
        return groupIds().stream().anyMatch(CaseRoles.LEADS::contains) ? List.of(LeadsAlone.TENANT) : List.of();
    }

    boolean is(Role role) {
        return groupIds().contains(role.groupId());
    }

    @Override
    public Object getPrincipal() {
        return userId;
    }

    @Override
    public Object getCredentials() {
        return "";
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SignedIn that
                && userId.equals(that.userId)
                && groupIds().equals(that.groupIds());
    }

    @Override
    public int hashCode() {
        return Objects.hash(userId, groupIds());
    }
}
