package org.servicerecovery.workorder.leak;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.i18n.LocaleContextHolder;

class LeakRulesTest {

    private static final LeakContext CONTEXT = new LeakContext(
            Set.of("en", "de"),
            Set.of("wrong-part-on-truck", "Wrong part on truck", "gas", "Gas"),
            Set.of("Krzysztof Nowak"),
            "SR-2026-000123");

    private static final LeakGuard GUARD = new LeakGuard();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tenants complained about the stairs",
                "apologising won't hurt",
                "Mieter beschwerten sich mehrfach",
                "für den enttäuschten Kunden"
            })
    void aWordIsFoundInAnyInflection(String text) {
        assertThat(reasons(text)).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Complant from flat 12", "refuned agreed", "good wil visit", "Reklamazion Dusche"})
    void aWordIsFoundMisspelt(String text) {
        assertThat(reasons(text)).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"komplain from the shop", "cumplaint logged", "Beschwehrde Fr. Maurer", "kulants, Lampe Flur"})
    void aWordIsFoundWrittenAsItSounds(String text) {
        assertThat(reasons(text)).isNotEmpty();
    }

    @Test
    void aWordSpelledOutIsFound() {
        assertThat(reasons("r e c o v e r y job, relevel slabs")).contains("recovery");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Kundenbeschwerdebearbeitung", "Kulanzarbeiten Fassade", "Beschwerdefall Yilmaz"})
    void aWordIsFoundWithinACompound(String text) {
        assertThat(reasons(text)).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Change critical valve, minor leak at the flange",
                "Heat recovery unit: clean both filters",
                "Refrigerant recovery and record weight",
                "review of drawings E-201 to E-207",
                "Process upset tripped chiller 1",
                "Goodwin check valve, lap the seat",
                "Wärmerückgewinnung reinigen, Kulissenschieber fetten",
                "Bewertung des Zustands nach DIN EN 13508",
                "Axialkompensator an Fernwärmeleitung"
            })
    void aTermOfTheTradeIsNoLeak(String text) {
        assertThat(GUARD.check(Map.of("task", text), CONTEXT)).isEmpty();
    }

    @Test
    void aTermOfTheTradeHidesNoOtherWord() {
        assertThat(GUARD.check(Map.of("task", "heat recovery unit, recovery visit"), CONTEXT))
                .singleElement()
                .satisfies(leak -> assertThat(leak.words()).isEqualTo("recovery visit"));
    }

    @Test
    void aWordOfTwoMeaningsCountsOnlyInContext() {
        assertThat(reasons("bad review on Google")).contains("rating");
        assertThat(reasons("review the drawing with the architect")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "she is fuming about the lawn",
                "handle with kid gloves",
                "last time we messed this up",
                "der Kunde ist stinksauer",
                "bitte mit Samthandschuhen",
                "do not charge this one",
                "free of charge as a gesture"
            })
    void whatIsSaidInOtherWordsIsFound(String text) {
        assertThat(reasons(text)).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "wrong-part-on-truck, fit fan",
                "Wrong parts on truck: fit fan",
                "cause: gas",
                "worng part on truck"
            })
    void aTagIsFoundHyphenatedOrInWords(String text) {
        assertThat(reasons(text)).contains("tag");
    }

    @Test
    void aTagOfOneWordIsFoundOnlyWhereItIsNotedAsATag() {
        assertThat(reasons("gas boiler service")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SR-2026-000123",
                "sr 2026 123",
                "SR2026000123",
                "S.R. 2026 - 000 123",
                "see 2026/123",
                "case ref 77-203",
                "Fall-Nr. 20-3391"
            })
    void aCaseNumberIsFoundInAnySpelling(String text) {
        assertThat(reasons("Bleed rads, " + text)).contains("number");
    }

    @ParameterizedTest
    @ValueSource(strings = {"WO-2026-00418 fit battens", "PO 44871", "DIN EN 13508", "drawing E-201", "400 x 300 mm"})
    void anotherNumberIsNoLeak(String text) {
        assertThat(GUARD.check(Map.of("task", text), CONTEXT)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Ask Krzysztof", "Nowaks Ventil prüfen", "Krzystof was there on Monday", "check Nowack's joints"
            })
    void theOperativeNamedInTheFailureIsFoundHoweverSpelled(String text) {
        assertThat(reasons(text)).contains("operative");
    }

    @Test
    void theContactAtTheDoorIsNoLeak() {
        assertThat(GUARD.check(Map.of("contact", "Mr Peters, reception"), CONTEXT))
                .isEmpty();
    }

    @Test
    void theWordsAreMarkedWhereTheyStandAndExplainedInTheReadersLanguage() {
        String text = "Fit new fascia. Formal complaint open, so keep to the spec";
        try {
            LocaleContextHolder.setLocale(Locale.GERMAN);
            assertThat(GUARD.check(Map.of("task", text), CONTEXT)).first().satisfies(leak -> {
                assertThat(leak.field()).isEqualTo("task");
                assertThat(text.substring(leak.start(), leak.end()))
                        .isEqualTo(leak.words())
                        .contains("complaint");
                assertThat(leak.why()).contains("beschwert");
            });
        } finally {
            LocaleContextHolder.resetLocaleContext();
        }
    }

    private List<String> reasons(String text) {
        return GUARD.check(Map.of("task", text), CONTEXT).stream()
                .map(Leak::reason)
                .toList();
    }
}
