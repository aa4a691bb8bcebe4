package org.servicerecovery.trend.taxonomy;

import io.swagger.v3.oas.annotations.Operation;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The taxonomy over HTTP. Every change answers with the tag as it stands then. */
@RestController
class TaxonomyApi {

    record NewTagJson(
            @Nullable String code,
            @Nullable String label,
            @Nullable String definition,
            @Nullable String parent,
            @Nullable String owner) {}

    record LabelJson(@Nullable String label) {}

    record DefinitionJson(@Nullable String definition) {}

    record ParentJson(@Nullable String parent) {}

    record OwnerJson(@Nullable String owner) {}

    record AliasJson(@Nullable String alias) {}

    record MergeJson(@Nullable String into) {}

    record SplitJson(@Nullable List<TaxonomyChanges.Part> parts) {}

    record RetirementJson(@Nullable String instead) {}

    /** @param decision merged: the tag goes into the other one; or different */
    record DecisionJson(
            @Nullable String tag,
            @Nullable String other,
            @Nullable String decision) {}

    private final Taxonomy taxonomy;
    private final TaxonomyChanges changes;
    private final TaxonomyEvents events;
    private final TagComparison comparison;

    TaxonomyApi(Taxonomy taxonomy, TaxonomyChanges changes, TaxonomyEvents events, TagComparison comparison) {
        this.taxonomy = taxonomy;
        this.changes = changes;
        this.events = events;
        this.comparison = comparison;
    }

    @Operation(summary = "The tags in use; with all=true also those that were merged, split or retired")
    @GetMapping("/api/tags")
    List<TagDetails> tags(@RequestParam(defaultValue = "false") boolean all) {
        return taxonomy.all().stream().filter(tag -> all || tag.isInUse()).toList();
    }

    @Operation(summary = "Tags whose names are like one that somebody is about to add, the most alike first")
    @GetMapping("/api/tags/alike")
    List<TagComparison.Alike> alike(@RequestParam String label) {
        return comparison.alike(label);
    }

    @Operation(summary = "One tag with its definition, family, owner and other names")
    @GetMapping("/api/tags/{code}")
    TagDetails one(@PathVariable String code) {
        return taxonomy.details(code);
    }

    @Operation(summary = "Every change of a tag with what was before, newest first")
    @GetMapping("/api/tags/{code}/events")
    List<TaxonomyEvents.Event> events(@PathVariable String code) {
        return events.of(taxonomy.details(code).id());
    }

    @Operation(summary = "Add a tag; ask for those that are alike before")
    @PostMapping("/api/tags")
    @ResponseStatus(HttpStatus.CREATED)
    TagDetails add(@RequestBody NewTagJson wanted) {
        return changes.add(
                orEmpty(wanted.code()),
                orEmpty(wanted.label()),
                orEmpty(wanted.definition()),
                wanted.parent(),
                wanted.owner());
    }

    @Operation(summary = "Rename a tag: cases that have it keep what it was called")
    @PutMapping("/api/tags/{code}/label")
    TagDetails rename(@PathVariable String code, @RequestBody LabelJson wanted) {
        changes.rename(code, orEmpty(wanted.label()));
        return taxonomy.details(code);
    }

    @Operation(summary = "Say what a tag means")
    @PutMapping("/api/tags/{code}/definition")
    TagDetails define(@PathVariable String code, @RequestBody DefinitionJson wanted) {
        changes.define(code, orEmpty(wanted.definition()));
        return taxonomy.details(code);
    }

    @Operation(summary = "Put a tag into the family of another one, or with null into none")
    @PutMapping("/api/tags/{code}/parent")
    TagDetails move(@PathVariable String code, @RequestBody ParentJson wanted) {
        changes.move(code, wanted.parent());
        return taxonomy.details(code);
    }

    @Operation(summary = "Say who answers for a tag, or with null that nobody does")
    @PutMapping("/api/tags/{code}/owner")
    TagDetails giveTo(@PathVariable String code, @RequestBody OwnerJson wanted) {
        changes.giveTo(code, wanted.owner());
        return taxonomy.details(code);
    }

    @Operation(summary = "Add another name under which a tag is found")
    @PostMapping("/api/tags/{code}/aliases")
    TagDetails addAlias(@PathVariable String code, @RequestBody AliasJson wanted) {
        changes.addAlias(code, orEmpty(wanted.alias()));
        return taxonomy.details(code);
    }

    @Operation(summary = "Remove another name of a tag")
    @DeleteMapping("/api/tags/{code}/aliases")
    TagDetails removeAlias(@PathVariable String code, @RequestParam String alias) {
        changes.removeAlias(code, alias);
        return taxonomy.details(code);
    }

    @Operation(summary = "Count a tag's cases under another tag from now on; it is chosen no more")
    @PostMapping("/api/tags/{code}/merge")
    TagDetails merge(@PathVariable String code, @RequestBody MergeJson wanted) {
        changes.merge(code, wanted.into());
        return taxonomy.details(code);
    }

    @Operation(summary = "Take a merge back")
    @DeleteMapping("/api/tags/{code}/merge")
    TagDetails undoMerge(@PathVariable String code) {
        changes.undoMerge(code);
        return taxonomy.details(code);
    }

    @Operation(summary = "Retire a tag and add its parts; its cases keep it until they are tagged again")
    @PostMapping("/api/tags/{code}/split")
    List<TagDetails> split(@PathVariable String code, @RequestBody SplitJson wanted) {
        List<RootCauseTag> parts = changes.split(code, wanted.parts() == null ? List.of() : wanted.parts());
        return parts.stream().map(part -> taxonomy.details(part.code())).toList();
    }

    @Operation(summary = "Let a tag be chosen no more; say what is to be taken in place of it, if that is one tag")
    @PostMapping("/api/tags/{code}/retirement")
    TagDetails retire(@PathVariable String code, @RequestBody RetirementJson wanted) {
        changes.retire(code, wanted.instead());
        return taxonomy.details(code);
    }

    @Operation(summary = "Let a tag that was retired or split be chosen again")
    @DeleteMapping("/api/tags/{code}/retirement")
    TagDetails revive(@PathVariable String code) {
        changes.revive(code);
        return taxonomy.details(code);
    }

    @Operation(summary = "Pairs of tags that look like one, found once a week, on which nobody has decided")
    @GetMapping("/api/tag-pairs")
    List<TagComparison.Pair> pairs() {
        return comparison.undecided();
    }

    @Operation(summary = "Decide on a pair: merged, the tag goes into the other one; or different")
    @PostMapping("/api/tag-pairs/decision")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void decide(@RequestBody DecisionJson given) {
        comparison.decide(orEmpty(given.tag()), orEmpty(given.other()), given.decision());
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
