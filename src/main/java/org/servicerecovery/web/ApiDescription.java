package org.servicerecovery.web;

import io.swagger.v3.core.jackson.ModelResolver;
import io.swagger.v3.core.jackson.TypeNameResolver;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import org.springdoc.core.providers.ObjectMapperProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What /v3/api-docs says about the API as a whole. */
@Configuration(proxyBeanMethods = false)
class ApiDescription {

    private static final String DESCRIPTION = """
            Cases of service recovery: open, plan, resolve, trend.

            Instants are ISO 8601 in UTC. Amounts are texts such as "12.50" beside an ISO currency. What goes wrong is \
            answered as a problem (RFC 9457, application/problem+json): `detail` is a sentence, `errors` names the \
            fields. 400 what was sent is wrong, 403 not this role's, 404 no such thing, 409 not possible now.

            Camunda's own API is at /engine-rest, behind the same sign-in.""";

    @Bean
    OpenAPI serviceRecoveryApi(@Value("${server.servlet.session.cookie.name:JSESSIONID}") String sessionCookie) {
        return new OpenAPI()
                .info(new Info().title("Service Recovery").version("1").description(DESCRIPTION))
                .components(new Components()
                        .addSecuritySchemes(
                                "basic", scheme(SecurityScheme.Type.HTTP).scheme("basic"))
                        .addSecuritySchemes(
                                "bearer",
                                scheme(SecurityScheme.Type.HTTP)
                                        .scheme("bearer")
                                        .description("A token for machines, made by an administrator."))
                        .addSecuritySchemes(
                                "cookie",
                                scheme(SecurityScheme.Type.APIKEY)
                                        .in(SecurityScheme.In.COOKIE)
                                        .name(sessionCookie)
                                        .description("The session of a person who signed in; writing needs the"
                                                + " SR-CSRF cookie's value in the header X-SR-CSRF.")))
                .addSecurityItem(new SecurityRequirement().addList("basic"))
                .addSecurityItem(new SecurityRequirement().addList("bearer"))
                .addSecurityItem(new SecurityRequirement().addList("cookie"));
    }

    /** By their outer type too: many have a Draft or a RowJson, and one of them would be described for all. */
    @Bean
    ModelResolver typesOfTheApi(ObjectMapperProvider mappers) {
        return new ModelResolver(mappers.jsonMapper(), new TypeNameResolver() {
            @Override
            protected String getNameOfClass(Class<?> type) {
                Class<?> outer = type.getEnclosingClass();
                return outer == null ? type.getSimpleName() : getNameOfClass(outer) + "." + type.getSimpleName();
            }
        });
    }

    private static SecurityScheme scheme(SecurityScheme.Type type) {
        return new SecurityScheme().type(type);
    }
}
