package org.servicerecovery.correspondence;

import java.util.List;
import java.util.Map;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.RecoveryCase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** The words of an invitation. Nobody reads it before it goes out, so a template that leaves something open is not used. */
@Component
class InvitationText {

    record Text(String subject, String body) {}

    private static final Logger LOG = LoggerFactory.getLogger(InvitationText.class);

    private final Templates templates;
    private final MergeValues values;

    InvitationText(Templates templates, MergeValues values) {
        this.templates = templates;
        this.values = values;
    }

    Text of(RecoveryCase about, String template, String language) {
        Map<MergeField, String> known = values.of(about, language);
        Text ours = merged(templates.ofThisRelease(Template.Kind.SURVEY, template, language), known);
        try {
            Text chosen = merged(templates.get(Template.Kind.SURVEY, template, language), known);
            if (Merge.fieldsIn(List.of(chosen.subject())).isEmpty()
                    && Merge.fieldsIn(List.of(chosen.body())).equals(List.of(PrivateLinks.FIELD))) {
                return chosen;
            }
            LOG.warn(
                    "The survey template {}.{} names what is not known of a case; that of this release is used.",
                    template,
                    language);
        } catch (Refused e) {
            LOG.warn(
                    "The survey template {}.{} cannot be used ({}); that of this release is.",
                    template,
                    language,
                    e.getMessage());
        }
        return ours;
    }

    private static Text merged(Template template, Map<MergeField, String> known) {
        return new Text(
                Merge.fill(template.parts().getOrDefault("subject", ""), known),
                Merge.fill(template.parts().getOrDefault("message", ""), known));
    }
}
