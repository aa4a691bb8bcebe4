package org.servicerecovery.access;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.Authentication;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Tokens for machines, handed out and taken back by the administrator. */
@RestController
@RequestMapping("/api/tokens")
class TokenController {

    record NewToken(@Nullable String name, @Nullable String userId) {}

    private final ApiTokens tokens;

    TokenController(ApiTokens tokens) {
        this.tokens = tokens;
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    ApiTokens.Issued issue(@RequestBody NewToken asked, Authentication by) {
        return tokens.issue(orEmpty(asked.name()), orEmpty(asked.userId()), by.getName());
    }

    @GetMapping
    List<ApiTokens.Token> valid() {
        return tokens.valid();
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void revoke(@PathVariable long id) {
        tokens.revoke(id);
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
