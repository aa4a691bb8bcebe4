package org.servicerecovery.access;

import java.util.ArrayList;
import java.util.List;
import org.camunda.bpm.engine.ManagementService;
import org.servicerecovery.installation.CannotStart;
import org.servicerecovery.installation.SignInHint;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/** Somebody for every role, for the demo only. Their password is known to all and stands in application-demo.yml. */
@Component
@Profile("demo")
class DemoPeople implements FirstPeople, SignInHint {

    /** Left in the engine's properties, so that this database is not taken for a real one later. */
    static final String MARK = "serviceRecovery.demo";

    private record Person(String id, String firstName, String lastName, Role role, String remark) {}

    private static final List<Person> PEOPLE = List.of(
            new Person("beatrix", "Beatrix", "Holloway", Role.BUSINESS_OWNER, "approves any amount"),
            new Person("oskar", "Oskar", "Finch", Role.OFFICE_MANAGER, ""),
            new Person("carla", "Carla", "Mendel", Role.CX_LEAD, ""),
            new Person("olivia", "Olivia", "Marsh", Role.CASE_OWNER, "start here"),
            new Person("tomas", "Tomas", "Reed", Role.CASE_OWNER, ""),
            new Person("miriam", "Miriam", "Voss", Role.MANAGER, "watches deadlines in Cockpit"),
            new Person("henrik", "Henrik", "Lowe", Role.MANAGER, ""),
            new Person("renate", "Renate", "Quill", Role.REVIEWER, ""),
            new Person("anton", "Anton", "Sparks", Role.ACCOUNTANT, "the ledger of recovery"),
            new Person("dora", "Dora", "Lindqvist", Role.PROCESS_DESIGNER, "deploys models"),
            new Person("nadia", "Nadia", "Frost", Role.DISPATCHER, "places jobs by the API"),
            new Person("wes", "Wes", "Tiller", Role.OPERATIVE, "sees jobs, nothing else"),
            new Person("ines", "Ines", "Corde", Role.OPERATIVE, "the same"),
            new Person("ada", "Ada", "Kerr", Role.ADMINISTRATOR, ""));

    private final People people;
    private final ManagementService management;
    private final String password;

    DemoPeople(
            People people, ManagementService management, @Value("${service-recovery.demo.password}") String password) {
        this.people = people;
        this.management = management;
        this.password = password;
    }

    @Override
    public void arrive() {
        if (management.getProperties().containsKey(MARK)) {
            return;
        }
        if (people.hasAny(Role.ADMINISTRATOR)) {
            throw new CannotStart("This database is in earnest use: it has an administrator of its own, and"
                    + " the demo would add people whose password everybody knows. Start without the demo profile.");
        }
        for (Person person : PEOPLE) {
            people.add(
                    person.id(),
                    person.firstName(),
                    person.lastName(),
                    person.id() + "@field-service.example",
                    password,
                    person.role());
        }
        people.join("wes", "plumbing-north", "Plumbing, North");
        people.join("wes", "heating-north", "Heating, North");
        people.join("ines", "plumbing-south", "Plumbing, South");
        people.join("ines", "heating-south", "Heating, South");
        management.setProperty(MARK, "true");
    }

    @Override
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("Everybody's password in this demo: " + password);
        for (Person person : PEOPLE) {
            String remark = person.remark().isEmpty() ? "" : " (" + person.remark() + ")";
            lines.add("%-8s %s%s".formatted(person.id(), person.role().title(), remark));
        }
        return lines;
    }
}
