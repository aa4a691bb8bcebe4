package org.servicerecovery.job;

import java.util.List;
import java.util.Map;
import org.servicerecovery.Messages;
import org.servicerecovery.engine.CheckedTable;
import org.servicerecovery.engine.Decisions;
import org.servicerecovery.engine.TableCell;
import org.springframework.stereotype.Component;

/** Which group of operatives a job is offered to: as a table says, or the one called after its skill and area. */
@Component
class JobTeam implements CheckedTable {

    /** @param name as Camunda Admin shows it, when the group is made */
    record Team(String id, String name) {}

    private final Decisions decisions;
    private final JobsProperties properties;

    JobTeam(Decisions decisions, JobsProperties properties) {
        this.decisions = decisions;
        this.properties = properties;
    }

    Team of(String skill, String area) {
        List<Decisions.Answer> named = decisions.askAll("job-group", Map.of("skill", skill, "area", area));
        if (!named.isEmpty()) {
            String team = named.get(0).text("group");
            return new Team(team, team);
        }
        return new Team(
                skill + "-" + area,
                properties.skills().getOrDefault(skill, skill) + ", "
                        + properties.areas().getOrDefault(area, area));
    }

    @Override
    public String table() {
        return "job-group";
    }

    @Override
    public Map<String, TableCell> inputs() {
        return Map.of(
                "skill",
                TableCell.oneOf("table.noSkill", () -> properties.skills().keySet()),
                "area",
                TableCell.oneOf("table.noArea", () -> properties.areas().keySet()));
    }

    @Override
    public Map<String, TableCell> outputs() {
        return Map.of(
                "group", value -> value.matches("[a-z0-9]+(-[a-z0-9]+)*") ? null : Messages.text("table.noGroupId"));
    }
}
