package org.servicerecovery.trend.taxonomy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.servicerecovery.EdgeCase;
import org.servicerecovery.Loop;
import org.servicerecovery.Refused;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.Visitor;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.CaseState;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.resolution.Resolutions;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** How the taxonomy is kept by people, and what that does to the cases and forms that hold its tags. */
@RunningApplication
class TaxonomyTest {

    @LocalServerPort
    int port;

    @Autowired
    ApplicationContext application;

    @Autowired
    Taxonomy taxonomy;

    @Autowired
    TaxonomyChanges changes;

    @Autowired
    TaxonomyEvents events;

    @Autowired
    TagComparison comparison;

    @Autowired
    Resolutions resolutions;

    @Autowired
    TaskService tasks;

    @Autowired
    JdbcClient db;

    @Autowired
    ObjectMapper json;

    Loop loop;

    @BeforeEach
    void loop() {
        loop = new Loop(application);
    }

    @AfterEach
    void timeGoesOn() {
        ClockUtil.reset();
    }

    @Test
    void aBusinessMayHaveMoreTagsThanAnAnswerIsLong() {
        for (int i = 0; i < 130; i++) {
            loop.tag();
        }
        String tag = loop.tag();
        RecoveryCase resolved = loop.resolve(loop.readyToResolve(Severity.MINOR), tag);
        assertThat(resolved.state()).isEqualTo(CaseState.RESOLVED);
    }

    @Test
    @EdgeCase({"Tags have a stable id and a label at close", "A tag is renamed"})
    void aClosedCaseKeepsItsTagAndWhatThatWasCalledThen() {
        String tag = loop.tag();
        RootCauseTag before = taxonomy.require("tag", tag);
        RecoveryCase closed = loop.closed(tag);
        String name = "Renamed " + UUID.randomUUID();

        lead(() -> changes.rename(tag, name));

        assertThat(taxonomy.require("tag", tag)).isEqualTo(new RootCauseTag(before.id(), tag, name));
        assertThat(resolutions.of(closed.id(), 1))
                .hasValueSatisfying(kept -> assertThat(kept.tag()).isEqualTo(before));
        JsonNode cause = read(Role.CASE_OWNER, "/api/cases/" + closed.number())
                .path("causes")
                .path(0);
        assertThat(cause.path("tagLabel").asText()).as("as it was").isEqualTo(before.label());
        assertThat(cause.path("countedUnder").asText()).as("as it is").isEqualTo(name);
        assertThat(events.of(before.id()))
                .extracting(TaxonomyEvents.Event::kind)
                .containsExactly("renamed", "added");
        assertThat(events.of(before.id()).get(0)).satisfies(event -> {
            assertThat(event.actor()).isEqualTo(loop.person(Role.CX_LEAD));
            assertThat(event.content()).isEqualTo(Map.of("from", before.label(), "to", name));
        });
        lead(() -> changes.rename(tag, name));
        assertThat(events.of(before.id())).as("nothing changed").hasSize(2);
    }

    @Test
    @EdgeCase("Merging tags is reversible and makes no cycles")
    void mergesAreFollowedToTheirEndAndTakenBackAndNeverGoInACircle() {
        String a = loop.tag();
        String b = loop.tag();
        String c = loop.tag();
        RecoveryCase closed = loop.closed(a);

        lead(() -> changes.merge(a, b));
        lead(() -> changes.merge(b, c));

        assertThat(countedUnder(a)).isEqualTo(c);
        assertThat(countedUnder(b)).isEqualTo(c);
        JsonNode cause = read(Role.CASE_OWNER, "/api/cases/" + closed.number())
                .path("causes")
                .path(0);
        assertThat(cause.path("tag").asText()).isEqualTo(a);
        assertThat(cause.path("tagLabel").asText()).isEqualTo("Label of " + a);
        assertThat(cause.path("countedUnder").asText()).isEqualTo("Label of " + c);

        assertThatThrownBy(() -> lead(() -> changes.merge(c, a)))
                .hasMessage(
                        "into: Label of %s (%s) is merged into Label of %s (%s) itself. Take that back first.",
                        a, a, c, c);
        assertThatThrownBy(() -> lead(() -> changes.merge(c, c))).hasMessageStartingWith("into: must be another tag");
        assertThatThrownBy(() -> lead(() -> changes.merge(a, c))).hasMessageContaining("is merged into " + b);
        String d = loop.tag();
        assertThatThrownBy(() -> lead(() -> changes.merge(d, a)))
                .hasMessage(
                        "into: Label of %s (%s) was merged with another tag. Choose instead: Label of %s (%s).",
                        a, a, c, c);

        lead(() -> changes.undoMerge(b));
        assertThat(countedUnder(a)).isEqualTo(b);
        lead(() -> changes.undoMerge(a));
        assertThat(countedUnder(a)).isEqualTo(a);
        assertThat(taxonomy.details(a).isInUse()).isTrue();
        assertThatThrownBy(() -> lead(() -> changes.undoMerge(a))).hasMessageContaining("is not merged into");

        lead(() -> changes.merge(d, c));
        lead(() -> changes.rename(c, "Label of " + d));
        assertThatThrownBy(() -> lead(() -> changes.undoMerge(d)))
                .as("there would be two of one name")
                .hasMessage(
                        "\"Label of %s\" is a name of the tag Label of %s (%s) meanwhile. Give that one another name first.",
                        d, d, c);
        lead(() -> changes.rename(c, "Label of " + c));
        lead(() -> changes.undoMerge(d));
        assertThat(events.of(taxonomy.details(a).id()))
                .extracting(TaxonomyEvents.Event::kind)
                .containsExactly("merge undone", "merged", "added");
    }

    @Test
    @EdgeCase("Merging tags is reversible and makes no cycles")
    void ofTwoPeopleWhoMergeTwoTagsIntoEachOtherAtOnceOneIsRefused() throws Exception {
        String a = loop.tag();
        String b = loop.tag();
        CyclicBarrier together = new CyclicBarrier(2);
        ExecutorService people = Executors.newFixedThreadPool(2);
        List<Boolean> done = new ArrayList<>();
        try {
            List<Future<Boolean>> merges = new ArrayList<>();
            for (List<String> each : List.of(List.of(a, b), List.of(b, a))) {
                merges.add(people.submit(() -> {
                    together.await(20, TimeUnit.SECONDS);
                    try {
                        lead(() -> changes.merge(each.get(0), each.get(1)));
                        return true;
                    } catch (Refused refused) {
                        return false;
                    }
                }));
            }
            for (Future<Boolean> merge : merges) {
                done.add(merge.get(60, TimeUnit.SECONDS));
            }
        } finally {
            people.shutdownNow();
        }
        assertThat(done).containsExactlyInAnyOrder(true, false);
        assertThat(countedUnder(a)).isEqualTo(countedUnder(b));
    }

    @Test
    void familiesHaveNoCirclesEitherAndNoMergeMakesOne() {
        String family = loop.tag();
        String member = loop.tag();
        String child = loop.tag();
        lead(() -> changes.move(member, family));
        lead(() -> changes.move(child, member));
        assertThat(taxonomy.details(child).parent()).isEqualTo(member);

        assertThatThrownBy(() -> lead(() -> changes.move(family, child)))
                .hasMessage(
                        "parent: Label of %s belongs to the family of Label of %s, so it cannot be the other way round as well.",
                        child, family);
        assertThatThrownBy(() -> lead(() -> changes.move(family, family))).hasMessageStartingWith("parent: must be");
        assertThatThrownBy(() -> lead(() -> changes.merge(family, child)))
                .hasMessageContaining("Take it out of that family first");
        lead(() -> changes.merge(member, family));
        assertThatThrownBy(() -> lead(() -> changes.move(family, child)))
                .as("over the merge")
                .hasMessageStartingWith("parent: ");

        lead(() -> changes.move(child, null));
        assertThat(taxonomy.details(child).parent()).isNull();
    }

    @Test
    @EdgeCase("A tag is split")
    void aSplitTagIsRetiredItsPartsAreChosenInPlaceOfItAndItsCasesKeepIt() {
        String tag = loop.tag();
        RecoveryCase closed = loop.closed(tag);
        RecoveryCase waiting = loop.readyToResolve(Severity.MINOR);
        String one = "part-one-" + UUID.randomUUID();
        String other = "part-two-" + UUID.randomUUID();

        assertThatThrownBy(() -> lead(() -> changes.split(tag, List.of(part(one)))))
                .hasMessageContaining("parts: ");
        assertThatThrownBy(() -> lead(() -> changes.split(tag, List.of(part(one), part(one)))))
                .hasMessageStartingWith("parts[1].label: is a name of the tag");
        assertThat(taxonomy.details(tag).isInUse()).as("nothing half-done").isTrue();
        lead(() -> changes.giveTo(tag, loop.person(Role.OFFICE_MANAGER)));
        assertThatThrownBy(() -> lead(() -> changes.split(tag, Arrays.asList(null, part(other)))))
                .isInstanceOf(Refused.class);
        lead(() -> changes.split(tag, List.of(part(one), part(other))));

        assertThat(taxonomy.details(tag)).satisfies(split -> {
            assertThat(split.state()).isEqualTo("split");
            assertThat(split.instead()).containsExactly(one, other);
        });
        assertThat(taxonomy.details(other)).satisfies(part -> {
            assertThat(part.splitFrom()).isEqualTo(tag);
            assertThat(part.owner()).isEqualTo(loop.person(Role.OFFICE_MANAGER));
        });
        assertThat(resolutions.of(closed.id(), 1).orElseThrow().tag().code()).isEqualTo(tag);
        assertThat(countedUnder(tag)).isEqualTo(tag);
        assertThatThrownBy(() -> loop.resolve(waiting, tag))
                .hasMessage(
                        "rootCauseTag: Label of %s (%s) was split. Choose one of its parts: Name of %s (%s), Name of %s (%s).",
                        tag, tag, one, one, other, other);
        loop.resolve(waiting, one);
    }

    @Test
    @EdgeCase("A tag is retired")
    void aRetiredTagIsChosenNoMoreAndAFormThatStillHoldsItSaysWhichToTake() {
        String tag = loop.tag();
        String instead = loop.tag();
        RecoveryCase waiting = loop.readyToResolve(Severity.MINOR);
        loop.closed(tag);

        lead(() -> changes.retire(tag, instead));

        assertThat(taxonomy.tags())
                .extracting(RootCauseTag::code)
                .contains(instead)
                .doesNotContain(tag);
        String sentence = "rootCauseTag: Label of %s (%s) is no longer used. Choose instead: Label of %s (%s)."
                .formatted(tag, tag, instead, instead);
        assertThatThrownBy(() -> loop.resolve(waiting, tag)).hasMessage(sentence);
        String task = loop.task(waiting, "UserTask_ResolveCase").getId();
        assertThatThrownBy(() -> loop.does(
                        Role.CASE_OWNER,
                        () -> tasks.complete(
                                task,
                                Map.of(
                                        "resolutionType", "apology-only",
                                        "rootCauseTag", tag,
                                        "preventionAction", "Call before"))))
                .hasMessageContaining(sentence);
        Visitor desk = Visitor.browser(port);
        desk.signIn(loop.owner(), TestPeople.PASSWORD);
        assertThat(desk.get("/camunda/api/engine/engine/default/task/" + task
                                + "/form-variables?deserializeValues=false&variableNames=rootCauseTags")
                        .body())
                .as("the form of a task that was made before")
                .contains(instead)
                .doesNotContain(tag);
        assertThatThrownBy(() -> lead(() -> changes.retire(tag, null))).hasMessageContaining("is not in use any more");

        String last = loop.tag();
        lead(() -> changes.merge(instead, last));
        assertThatThrownBy(() -> loop.resolve(waiting, tag)).hasMessageContaining("Choose instead: Label of " + last);
        lead(() -> changes.revive(tag));
        loop.resolve(waiting, tag);
        assertThatThrownBy(() -> lead(() -> changes.revive(tag))).hasMessageContaining("is in use");
        lead(() -> changes.addAlias(tag, "Nickname of " + tag));
        lead(() -> changes.retire(tag, null));
        lead(() -> changes.rename(last, "Nickname of " + tag));
        assertThatThrownBy(() -> lead(() -> changes.revive(tag))).hasMessageContaining("is a name of the tag Nickname");
    }

    @Test
    void whoTypesANameIsToldOfTagsThatLookLikeItWhateverTheyAreCalledBesides() {
        String word = "Zyx" + UUID.randomUUID().toString().substring(0, 8);
        String tag = "alike-" + UUID.randomUUID();
        taxonomy.add(tag, word + " Größe falsch");
        assertThat(alike("grosse FALSCH, " + word)).containsExactly(tag);
        assertThat(alike(word + " Groesse fasch")).containsExactly(tag);
        assertThat(alike("Q")).isEmpty();

        String nickname = "Qwv" + UUID.randomUUID().toString().substring(0, 8);
        assertThat(alike(nickname)).isEmpty();
        HttpResponse<String> added =
                call("POST", Role.OFFICE_MANAGER, "/api/tags/" + tag + "/aliases", "{\"alias\":\"" + nickname + "\"}");
        assertThat(added.statusCode()).as(added.body()).isEqualTo(200);
        assertThat(alike(nickname.toUpperCase(java.util.Locale.ROOT))).containsExactly(tag);
        assertThatThrownBy(() -> taxonomy.add("other-" + UUID.randomUUID(), nickname))
                .hasMessage(
                        "label: is a name of the tag %s (%s) already. Take that one, or merge the two.",
                        word + " Größe falsch", tag);

        lead(() -> changes.retire(tag, null));
        JsonNode retired =
                read(Role.CASE_OWNER, "/api/tags/alike?label=" + nickname).path(0);
        assertThat(retired.path("state").asText()).isEqualTo("retired");
        assertThat(retired.path("matched").asText()).isEqualTo(nickname);
        lead(() -> changes.removeAlias(tag, nickname));
        assertThat(alike(nickname)).isEmpty();
    }

    @Test
    void onceAWeekTagsAreComparedByNameAndByUseAndAPersonDecidesOnEachPair() {
        String word = UUID.randomUUID().toString();
        String one = named("one-" + word, word + " missing from van");
        String alike = named("alike-" + word, word + " Missing from the van");
        String used = loop.tag();
        String together = loop.tag();
        List<RecoveryCase> closed = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            RecoveryCase ready = loop.readyToResolve(Severity.MINOR);
            loop.does(
                    Role.CASE_OWNER,
                    () -> resolutions.resolve(
                            ready.number(),
                            new Resolutions.Draft(
                                    "apology-only", used, "Look twice", List.of(together), null, null, null)));
            closed.add(loop.closeLoop(loop.again(ready)));
        }
        db.sql("delete from tag_comparison").update();
        Instant first = Instant.parse("2031-03-03T06:00:00Z");
        Loop.itIs(first);
        comparison.tick();

        assertThat(pair(one, alike)).satisfies(pair -> {
            assertThat(pair.names().doubleValue()).isGreaterThan(0.9);
            assertThat(pair.coUse()).isZero();
            assertThat(pair.foundAt()).isEqualTo(first);
        });
        assertThat(pair(used, together).coUse()).isEqualByComparingTo("1");
        lead(() -> comparison.decide(used, together, "different"));
        assertThatThrownBy(() -> lead(() -> comparison.decide(used, together, "merged")))
                .hasMessageContaining("no pair that waits");

        String late = named("late-" + word, word + " missing from a van");
        Loop.itIs(first.plusSeconds(6 * 86_400));
        comparison.tick();
        assertThat(codes()).as("less than a week").doesNotContain(late);
        Loop.itIs(first.plusSeconds(7 * 86_400));
        comparison.tick();
        assertThat(codes()).contains(late);
        // Either may look like a tag of another test by chance.
        assertThat(comparison.undecided()).noneMatch(pair -> of(pair).containsAll(List.of(used, together)));

        HttpResponse<String> merged = call(
                "POST",
                Role.CX_LEAD,
                "/api/tag-pairs/decision",
                "{\"tag\":\"%s\",\"other\":\"%s\",\"decision\":\"merged\"}".formatted(alike, one));
        assertThat(merged.statusCode()).as(merged.body()).isEqualTo(204);
        assertThat(countedUnder(alike)).isEqualTo(one);
        lead(() -> changes.undoMerge(alike));
        assertThat(comparison.undecided().stream().filter(pair -> of(pair).equals(List.of(one, alike))))
                .as("taken apart by a person: not asked again")
                .isEmpty();

        Cases cases = application.getBean(Cases.class);
        loop.does(Role.CASE_OWNER, () -> cases.reopen(closed.get(0).number(), "Once more"));
        loop.does(
                Role.CASE_OWNER,
                () -> cases.closeWithoutCause(closed.get(0).number(), CaseState.OPENED_IN_ERROR, "Another’s", null));
        db.sql("delete from tag_comparison").update();
        db.sql("delete from tag_likeness").update();
        comparison.tick();
        assertThat(comparison.undecided())
                .as("in common on four that count, which may be chance")
                .noneMatch(pair -> of(pair).containsAll(List.of(used, together)));
        assertThat(codes()).contains(one);
    }

    @Test
    void leadsChangeTheTaxonomyAndOthersReadIt() {
        String code = "api-" + UUID.randomUUID();
        String body = "{\"code\":\"%s\",\"label\":\"Name of %s\",\"definition\":\"What it means\",\"owner\":\"%s\"}"
                .formatted(code, code, loop.person(Role.CX_LEAD));
        for (Role role : List.of(
                Role.CASE_OWNER,
                Role.MANAGER,
                Role.REVIEWER,
                Role.ACCOUNTANT,
                Role.PROCESS_DESIGNER,
                Role.ADMINISTRATOR,
                Role.OPERATIVE)) {
            assertThat(call("POST", role, "/api/tags", body).statusCode())
                    .as(role.name())
                    .isEqualTo(403);
        }
        assertThatThrownBy(() -> loop.does(Role.CASE_OWNER, () -> changes.rename("billing-error", "Anything")))
                .as("whatever the route")
                .hasMessageContaining("is changed by the business owner");
        assertThat(call("POST", Role.BUSINESS_OWNER, "/api/tags", body).statusCode())
                .isEqualTo(201);

        JsonNode read = read(Role.REVIEWER, "/api/tags/" + code);
        assertThat(read.path("definition").asText()).isEqualTo("What it means");
        assertThat(read.path("owner").asText()).isEqualTo(loop.person(Role.CX_LEAD));
        String path = "/api/tags/" + code;
        assertThat(call("PUT", Role.CX_LEAD, path + "/definition", "{\"definition\":\"Anew\"}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(call("PUT", Role.CX_LEAD, path + "/parent", "{\"parent\":\"billing-error\"}")
                        .body())
                .contains("\"parent\":\"billing-error\"");
        HttpResponse<String> nobody = call("PUT", Role.CX_LEAD, path + "/owner", "{\"owner\":\"nobody\"}");
        assertThat(nobody.statusCode()).isEqualTo(400);
        assertThat(nobody.body()).contains("is nobody who works cases here");
        assertThat(call("PUT", Role.CX_LEAD, path + "/label", "{\"label\":\"Billing  ERROR\"}")
                        .body())
                .contains("is a name of the tag Billing error (billing-error) already");
        assertThat(call("PUT", Role.CX_LEAD, "/api/tags/gremlins/label", "{\"label\":\"x\"}")
                        .statusCode())
                .isEqualTo(404);
        assertThat(call("POST", Role.CX_LEAD, path + "/merge", "{\"into\":\"billing-error\"}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(call("POST", Role.CX_LEAD, path + "/retirement", "{}").statusCode())
                .isEqualTo(409);
        assertThat(read(Role.CASE_OWNER, "/api/tags").findValuesAsText("code")).doesNotContain(code);
        assertThat(read(Role.CASE_OWNER, "/api/tags?all=true").findValuesAsText("code"))
                .contains(code);
        assertThat(call("DELETE", Role.CX_LEAD, path + "/merge", "").statusCode())
                .isEqualTo(200);
        assertThat(read(Role.CASE_OWNER, path + "/events").findValuesAsText("kind"))
                .containsExactly("merge undone", "merged", "moved", "defined", "owner set", "defined", "added");
    }

    private String named(String code, String label) {
        taxonomy.add(code, label);
        return code;
    }

    private static TaxonomyChanges.Part part(String code) {
        return new TaxonomyChanges.Part(code, "Name of " + code, null);
    }

    private void lead(Runnable change) {
        loop.does(Role.CX_LEAD, change);
    }

    private String countedUnder(String code) {
        return db.sql("""
                        select n.code from root_cause_tag t join root_cause_tag_as_is a on a.tag_id = t.id
                          join root_cause_tag n on n.id = a.now_id where t.code = ?""").param(code).query(String.class).single();
    }

    private List<String> alike(String label) {
        return comparison.alike(label).stream().map(TagComparison.Alike::code).toList();
    }

    private TagComparison.Pair pair(String one, String other) {
        return comparison.undecided().stream()
                .filter(pair -> of(pair).containsAll(List.of(one, other)))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> of(TagComparison.Pair pair) {
        return List.of(pair.one().code(), pair.other().code());
    }

    private List<String> codes() {
        return comparison.undecided().stream()
                .flatMap(pair -> of(pair).stream())
                .toList();
    }

    private HttpResponse<String> call(String method, Role role, String path, String body) {
        return Visitor.withBasic(port, loop.person(role), TestPeople.PASSWORD).call(method, path, body);
    }

    private JsonNode read(Role role, String path) {
        HttpResponse<String> answer =
                Visitor.withBasic(port, loop.person(role), TestPeople.PASSWORD).get(path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return parsed(() -> json.readTree(answer.body()));
    }

    private static JsonNode parsed(Callable<JsonNode> read) {
        try {
            return read.call();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
