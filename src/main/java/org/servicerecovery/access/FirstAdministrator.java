package org.servicerecovery.access;

import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.camunda.bpm.engine.ManagementService;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.installation.CannotStart;
import org.servicerecovery.installation.SignInHint;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * While nobody is an administrator, makes one: with the password of {@code service-recovery.admin.password} (in the
 * environment SERVICE_RECOVERY_ADMIN_PASSWORD), or with one made up here and shown once.
 */
@Component
@Profile("!demo")
class FirstAdministrator implements FirstPeople, SignInHint {

    private static final String ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
    private static final int LETTERS = 20;
    private static final int LETTERS_IN_A_ROW = 5;

    private final People people;
    private final ManagementService management;
    private final String id;
    private final String password;
    private final AtomicReference<@Nullable String> madeUp = new AtomicReference<>();

    FirstAdministrator(
            People people,
            ManagementService management,
            @Value("${service-recovery.admin.id:admin}") String id,
            @Value("${service-recovery.admin.password:}") String password) {
        this.people = people;
        this.management = management;
        this.id = id;
        this.password = password;
    }

    @Override
    public void arrive() {
        if (management.getProperties().containsKey(DemoPeople.MARK)) {
            throw new CannotStart("This database holds the demo's people, whose password everybody knows."
                    + " Start with the demo profile, or give the application a database of its own.");
        }
        if (people.hasAny(Role.ADMINISTRATOR)) {
            return;
        }
        if (people.has(id)) {
            throw new CannotStart("Nobody is an administrator, and the user id \"" + id
                    + "\" is taken. Name another one in service-recovery.admin.id.");
        }
        String first = password;
        if (first.isEmpty()) {
            first = makeUp();
            madeUp.set(first);
        } else if (!people.policyAccepts(first)) {
            throw new CannotStart("The password in service-recovery.admin.password is too weak: it takes at"
                    + " least 10 characters with a capital letter, a small letter, a digit and a special character.");
        }
        people.add(id, "First", "Administrator", null, first, Role.ADMINISTRATOR);
        if (TransactionSynchronizationManager.isSynchronizationActive()) {
            // Not first when everything is up: a start that fails on its way has made the administrator all the same.
            TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                @Override
                public void afterCommit() {
                    lines().forEach(System.out::println);
                }
            });
        }
    }

    @Override
    public List<String> lines() {
        String shownOnce = madeUp.getAndSet(null);
        return shownOnce == null
                ? List.of()
                : List.of(
                        "The first administrator is \"" + id + "\", password: " + shownOnce,
                        "The password is shown this once. Change it after signing in.");
    }

    private String makeUp() {
        SecureRandom random = new SecureRandom();
        String candidate;
        do {
            StringBuilder letters = new StringBuilder();
            for (int i = 0; i < LETTERS; i++) {
                if (i > 0 && i % LETTERS_IN_A_ROW == 0) {
                    letters.append('-');
                }
                letters.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
            }
            candidate = letters.toString();
        } while (!people.policyAccepts(candidate));
        return candidate;
    }
}
