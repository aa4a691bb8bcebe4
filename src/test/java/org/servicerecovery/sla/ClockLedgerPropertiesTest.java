package org.servicerecovery.sla;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.sla.ClockEntry.CalendarChanged;
import org.servicerecovery.sla.ClockEntry.Extended;
import org.servicerecovery.sla.ClockEntry.Paused;
import org.servicerecovery.sla.ClockEntry.Resumed;
import org.servicerecovery.sla.ClockEntry.SeverityChanged;
import org.servicerecovery.sla.ClockEntry.Started;
import org.servicerecovery.sla.ClockEntry.Stopped;
import org.servicerecovery.sla.ClockLedger.Reading;
import org.servicerecovery.sla.ClockLedger.Verdict;
import org.servicerecovery.sla.MinuteCounter.Expected;
import org.servicerecovery.sla.MinuteCounter.Plan;
import org.servicerecovery.sla.MinuteCounter.Span;
import org.servicerecovery.sla.calendar.AroundTheClock;
import org.servicerecovery.sla.calendar.OpeningHours;
import org.servicerecovery.sla.calendar.WorkCalendar;

/**
 * The ledger against {@link MinuteCounter}, on random calendars around changes of the local clock. The long proof:
 * {@code mvn test -Dtest=ClockLedgerPropertiesTest -Djqwik.tries.default=100000}
 */
class ClockLedgerPropertiesTest {

    /** A zone, and years in which something is the matter with its clock. */
    private record Place(String zone, int from, int to) {

        ZoneId zoneId() {
            return ZoneId.of(zone);
        }

        List<Instant> transitions() {
            ZoneRules rules = zoneId().getRules();
            Instant first = LocalDate.of(from, 1, 1).atStartOfDay().toInstant(ZoneOffset.UTC);
            List<Instant> found = new ArrayList<>();
            ZoneOffsetTransition next = rules.nextTransition(first);
            while (next != null && next.getDateTimeBefore().getYear() <= to) {
                found.add(next.getInstant());
                next = rules.nextTransition(next.getInstant());
            }
            return found.isEmpty() ? List.of(first) : found;
        }
    }

    /** Some minutes before or after a change of the clock. */
    record Start(Place place, int transition, int offset) {

        Instant instant() {
            List<Instant> transitions = place.transitions();
            return transitions.get(transition % transitions.size()).plus(Duration.ofMinutes(offset));
        }
    }

    private static final List<Place> PLACES = List.of(
            new Place("Europe/Berlin", 2020, 2030),
            new Place("America/New_York", 2020, 2030),
            // Half an hour.
            new Place("Australia/Lord_Howe", 2020, 2030),
            // Back into the day before, and days without midnight.
            new Place("America/Sao_Paulo", 2015, 2018),
            new Place("Asia/Tehran", 2015, 2022),
            // Back for Ramadan.
            new Place("Africa/Casablanca", 2020, 2030),
            // Without the 30th of December.
            new Place("Pacific/Apia", 2011, 2012),
            new Place("Asia/Kolkata", 2024, 2024),
            new Place("UTC", 2024, 2024));

    /** Its clock went back a minute after midnight: 23:01 came twice, with a minute of the next day in between. */
    private static final Place MIDNIGHT_TWICE = new Place("America/St_Johns", 2007, 2011);

    /** What a policy is made of; the numbers are shares and picks, so that a smaller one is a simpler one. */
    private record Promise(Severity severity, int calendar, int share, int warning, int levelThree) {}

    private enum Kind {
        PAUSE_OR_RESUME,
        SEVERITY,
        EXTEND,
        CALENDAR,
        STOP
    }

    private record Step(Kind kind, int gap, int aroundDue, Promise promise, int amount) {}

    private record Calendar(Place place, Map<DayOfWeek, List<Span>> week, List<Set<Integer>> holidays) {}

    record Recipe(Start start, List<Calendar> calendars, Promise promise, List<Step> steps, List<Integer> moments) {}

    private static final int MINUTES_OF_THREE_DAYS = 3 * 24 * 60;
    /** The others hold by themselves; the long proof is of those against the counter. */
    private static final int FEW = 100;

    private static final Map<String, Integer> COUNTING = new TreeMap<>();
    private static final Map<String, Integer> DATED = new TreeMap<>();

    @Property(edgeCases = EdgeCasesMode.NONE)
    void everyReadingIsWhatCountingMinuteByMinuteSays(@ForAll("clocks") Recipe recipe) {
        compare(new Book(recipe, false), COUNTING);
    }

    @Property(edgeCases = EdgeCasesMode.NONE)
    void aDatedTermEndsWithTheDayThatWalkingTheDaysFinds(@ForAll("datedClocks") Recipe recipe) {
        compare(new Book(recipe, true), DATED);
    }

    @Property(tries = FEW, edgeCases = EdgeCasesMode.NONE)
    void whatIsAddedLaterDoesNotChangeAnEarlierReading(@ForAll("clocks") Recipe recipe) {
        Book book = new Book(recipe, false);
        for (Instant moment : book.moments()) {
            List<ClockEntry> known = book.entries.stream()
                    .filter(entry -> entry instanceof Started || !entry.at().isAfter(moment))
                    .toList();
            ClockLedger asItWas = new ClockLedger(known, book::calendar);
            assertThat(asItWas.at(moment)).isEqualTo(book.ledger.at(moment));
            assertThat(asItWas.levelAt(moment, 3)).isEqualTo(book.ledger.levelAt(moment, 3));
        }
    }

    @Property(tries = FEW, edgeCases = EdgeCasesMode.NONE)
    void aBrokenPromiseStaysBroken(@ForAll("clocks") Recipe recipe) {
        Book book = new Book(recipe, false);
        Instant missedAt = null;
        for (Instant moment : book.moments()) {
            Reading reading = book.ledger.at(moment);
            if (missedAt != null) {
                assertThat(reading.missedAt()).as(book::toString).isEqualTo(missedAt);
                assertThat(reading.verdict()).as(book::toString).isEqualTo(Verdict.MISSED);
            }
            missedAt = reading.missedAt();
        }
    }

    @Property(tries = FEW, edgeCases = EdgeCasesMode.NONE)
    void pausingAndResumingAtOnceChangesNothing(
            @ForAll("clocks") Recipe recipe, @ForAll("gaps") int gap, @ForAll("picks") int pick) {
        Book book = new Book(recipe, false);
        List<ClockEntry> entries = new ArrayList<>(book.entries);
        int after = pick % entries.size();
        ClockEntry before = entries.get(after);
        Instant at = before.at().plus(Duration.ofMinutes(gap));
        if (after + 1 < entries.size() && entries.get(after + 1).at().isBefore(at)) {
            at = entries.get(after + 1).at();
        }
        boolean paused = false;
        for (ClockEntry entry : entries.subList(0, after + 1)) {
            paused = entry instanceof Paused || (paused && !(entry instanceof Resumed));
        }
        if (paused || before instanceof Stopped) {
            return;
        }
        entries.addAll(after + 1, List.of(new Paused(at, "reason", "by"), new Resumed(at, "why", "by")));
        ClockLedger blinked = new ClockLedger(entries, book::calendar);
        for (Instant moment : book.moments()) {
            assertThat(Book.read(blinked, moment))
                    .as(() -> moment + " of " + entries)
                    .isEqualTo(book.read(moment));
        }
    }

    @Property(tries = FEW, edgeCases = EdgeCasesMode.NONE)
    void aroundTheClockADeadlineIsTheStartPlusTheTerm(@ForAll("starts") Start start, @ForAll("gaps") int minutes) {
        Map<DayOfWeek, List<Span>> allDay = new EnumMap<>(DayOfWeek.class);
        for (DayOfWeek day : DayOfWeek.values()) {
            allDay.put(day, List.of(new Span(0, 1440)));
        }
        Duration length = Duration.ofMinutes(minutes);
        List<Duration> warnings = List.of(Duration.ZERO);
        Policy policy = new Policy(
                "table/1", Severity.MINOR, new Term.CountingTime(length), warnings, "calendar", 1, List.of());
        ZoneId zone = start.place().zoneId();
        for (WorkCalendar calendar :
                List.of(new AroundTheClock(zone), new OpeningHours(zone, Book.intervals(allDay), day -> false))) {
            Reading reading = new ClockLedger(
                            List.of(new Started(start.instant(), policy)), (code, version) -> calendar)
                    .at(start.instant());
            assertThat(reading.dueAt())
                    .as(start + " on " + calendar)
                    .isEqualTo(start.instant().plus(length));
        }
    }

    @AfterContainer
    static void tell() {
        System.out.println(
                "Clock ledgers that agree with a count of minutes: " + COUNTING + ", with dated terms: " + DATED);
    }

    private static void compare(Book book, Map<String, Integer> seen) {
        for (Instant moment : book.moments()) {
            assertThat(book.read(moment)).as(() -> moment + " of " + book).isEqualTo(book.counter.at(moment));
        }
        Set<String> traits = book.traits();
        traits.add("ledgers");
        traits.forEach(trait -> seen.merge(trait, 1, Integer::sum));
        seen.merge("readings", book.moments().size(), Integer::sum);
    }

    @Provide
    Arbitrary<Recipe> clocks() {
        return recipes(everywhere());
    }

    /** Where midnight comes twice, the end of a day is not defined. */
    @Provide
    Arbitrary<Recipe> datedClocks() {
        return recipes(PLACES);
    }

    @Provide
    Arbitrary<Integer> gaps() {
        return numbers(0, 2 * 24 * 60);
    }

    @Provide
    Arbitrary<Integer> picks() {
        return numbers(0, 1000);
    }

    @Provide
    Arbitrary<Start> starts() {
        return starts(everywhere());
    }

    private static List<Place> everywhere() {
        List<Place> places = new ArrayList<>(PLACES);
        places.add(MIDNIGHT_TWICE);
        return places;
    }

    private Arbitrary<Start> starts(List<Place> places) {
        return Combinators.combine(
                        Arbitraries.of(places), picks(), numbers(-MINUTES_OF_THREE_DAYS, MINUTES_OF_THREE_DAYS))
                .as(Start::new);
    }

    private Arbitrary<Recipe> recipes(List<Place> places) {
        return Combinators.combine(
                        starts(places),
                        calendars(places).list().ofSize(2),
                        promises(),
                        steps().list().ofMaxSize(8),
                        numbers(-100, 2 * MINUTES_OF_THREE_DAYS).list().ofSize(3))
                .as(Recipe::new);
    }

    private Arbitrary<Calendar> calendars(List<Place> places) {
        Arbitrary<Map<DayOfWeek, List<Span>>> weeks = days().list().ofSize(7).map(days -> {
            Map<DayOfWeek, List<Span>> week = new EnumMap<>(DayOfWeek.class);
            for (DayOfWeek day : DayOfWeek.values()) {
                week.put(day, days.get(day.getValue() - 1));
            }
            // Little time a week would make long walks.
            if (lengthOf(week) < 600) {
                week.put(DayOfWeek.WEDNESDAY, List.of(new Span(480, 1080)));
            }
            return week;
        });
        // Days after the start.
        Arbitrary<Set<Integer>> holidays = numbers(-1, 12).set().ofMaxSize(5);
        return Combinators.combine(
                        Arbitraries.of(places), weeks, holidays.list().ofSize(3))
                .as(Calendar::new);
    }

    private static Arbitrary<List<Span>> days() {
        Arbitrary<List<Span>> any = numbers(0, 1440)
                .set()
                .ofMinSize(2)
                .ofMaxSize(6)
                .map(points -> {
                    List<Integer> sorted = points.stream().sorted().toList();
                    List<Span> spans = new ArrayList<>();
                    for (int i = 0; i + 1 < sorted.size(); i += 2) {
                        spans.add(new Span(sorted.get(i), sorted.get(i + 1)));
                    }
                    return spans;
                });
        Arbitrary<List<Span>> usual = Arbitraries.of(
                List.of(),
                List.of(new Span(540, 1020)),
                List.of(new Span(480, 720), new Span(780, 1080)),
                // Adjoining.
                List.of(new Span(540, 720), new Span(720, 900)),
                // Night shifts, and midnight.
                List.of(new Span(60, 240)),
                List.of(new Span(90, 150), new Span(1320, 1440)),
                List.of(new Span(0, 150), new Span(1380, 1440)),
                List.of(new Span(0, 1), new Span(1439, 1440)),
                List.of(new Span(0, 1440)));
        return Arbitraries.frequencyOf(Tuple.of(3, usual), Tuple.of(1, any));
    }

    private Arbitrary<Promise> promises() {
        return Combinators.combine(
                        Arbitraries.of(Severity.class),
                        numbers(0, 5),
                        numbers(0, 1000),
                        numbers(0, 1200),
                        numbers(-60, 600))
                .as(Promise::new);
    }

    private Arbitrary<Step> steps() {
        Arbitrary<Kind> kinds = Arbitraries.frequency(
                Tuple.of(8, Kind.PAUSE_OR_RESUME),
                Tuple.of(4, Kind.SEVERITY),
                Tuple.of(4, Kind.EXTEND),
                Tuple.of(2, Kind.CALENDAR),
                Tuple.of(1, Kind.STOP));
        Arbitrary<Integer> gaps = Arbitraries.frequencyOf(
                Tuple.of(1, Arbitraries.just(0)), Tuple.of(5, numbers(0, 600)), Tuple.of(2, gaps()));
        return Combinators.combine(kinds, gaps, numbers(0, 9), promises(), numbers(1, 1440))
                .as(Step::new);
    }

    private static Arbitrary<Integer> numbers(int least, int most) {
        return Arbitraries.integers().between(least, most).withDistribution(RandomDistribution.uniform());
    }

    private static int lengthOf(Map<DayOfWeek, List<Span>> week) {
        return week.values().stream()
                .flatMap(List::stream)
                .mapToInt(span -> span.to() - span.from())
                .sum();
    }

    /** A recipe written out: as a ledger, and for the counter. */
    private static final class Book {

        private final Map<String, Plan> plans = new TreeMap<>();
        private final Map<String, WorkCalendar> calendars = new TreeMap<>();
        private final boolean dated;
        private final List<Integer> lengths = new ArrayList<>();
        private final Recipe recipe;
        private final MinuteCounter counter;
        private final List<ClockEntry> entries;
        private final ClockLedger ledger;

        Book(Recipe recipe, boolean dated) {
            this.recipe = recipe;
            this.dated = dated;
            Instant start = recipe.start().instant();
            ZoneId zone = recipe.start().place().zoneId();
            plans.put("24x7/0", new Plan(zone, Map.of(), Set.of()));
            calendars.put("24x7/0", new AroundTheClock(zone));
            for (int i = 0; i < recipe.calendars().size(); i++) {
                Calendar calendar = recipe.calendars().get(i);
                // The first is where the clock starts.
                ZoneId its = i == 0 ? zone : calendar.place().zoneId();
                lengths.add(lengthOf(calendar.week()));
                for (int version = 1; version <= calendar.holidays().size(); version++) {
                    LocalDate first = LocalDate.ofInstant(start, its);
                    Set<LocalDate> holidays = calendar.holidays().get(version - 1).stream()
                            .map(first::plusDays)
                            .collect(Collectors.toSet());
                    plans.put("hours" + i + "/" + version, new Plan(its, calendar.week(), holidays));
                    calendars.put(
                            "hours" + i + "/" + version,
                            new OpeningHours(its, intervals(calendar.week()), holidays::contains));
                }
            }
            counter = new MinuteCounter(
                    new Started(start, policy(recipe.promise(), recipe.promise().calendar())),
                    (code, version) -> plans.get(code + "/" + version));
            recipe.steps().forEach(this::follow);
            entries = List.copyOf(counter.entries());
            ledger = new ClockLedger(entries, this::calendar);
        }

        WorkCalendar calendar(String code, int version) {
            return calendars.get(code + "/" + version);
        }

        /** @param calendar 0 and 1 are around the clock, the others opening hours */
        Policy policy(Promise promise, int calendar) {
            int hours = calendar % 2;
            boolean always = calendar < 2;
            // A week's hours at most, so that the walks stay short.
            int most = always ? MINUTES_OF_THREE_DAYS : Math.min(MINUTES_OF_THREE_DAYS, lengths.get(hours));
            int length = 1 + (most - 1) * promise.share() / 1000;
            int warning = length * promise.warning() / 1000;
            Term term = new Term.CountingTime(Duration.ofMinutes(length));
            if (dated) {
                int days = promise.share() % 6 + 1;
                term = switch (promise.share() % 5) {
                    case 0, 1 -> new Term.WorkingDays(days, false);
                    case 2, 3 -> new Term.WorkingDays(days, true);
                    default -> new Term.Weeks(days % 2 + 1);
                };
                warning = promise.warning() * 3;
            }
            List<Policy.Level> levels = promise.levelThree() < 0
                    ? List.of()
                    : List.of(new Policy.Level(3, List.of(), Duration.ofMinutes(promise.levelThree())));
            return new Policy(
                    "table/1",
                    promise.severity(),
                    term,
                    List.of(Duration.ofMinutes(warning)),
                    always ? "24x7" : "hours" + hours,
                    always ? 0 : promise.warning() % 3 + 1,
                    levels);
        }

        private void follow(Step step) {
            if (counter.isStopped()) {
                return;
            }
            Instant due = counter.due();
            Instant at = counter.last().plus(Duration.ofMinutes(step.gap()));
            // Some come within a minute of the deadline.
            if (due != null && step.aroundDue() < 3) {
                Instant close = due.plus(Duration.ofMinutes(step.aroundDue() - 1));
                at = close.isBefore(counter.last()) ? at : close;
            }
            ClockEntry entry = entry(step, at, due);
            if (entry != null) {
                counter.add(entry);
            }
        }

        private @Nullable ClockEntry entry(Step step, Instant at, @Nullable Instant due) {
            switch (step.kind()) {
                case PAUSE_OR_RESUME -> {
                    return counter.isPaused() ? new Resumed(at, "why", "by") : new Paused(at, "reason", "by");
                }
                case SEVERITY -> {
                    return new SeverityChanged(
                            at, policy(step.promise(), step.promise().calendar()), "by");
                }
                case EXTEND -> {
                    if (counter.isPaused() || due == null || due.isBefore(counter.last())) {
                        return null;
                    }
                    Instant asked = at.isAfter(due) ? counter.last() : at;
                    Instant to = due.plus(Duration.ofMinutes(step.amount()));
                    return new Extended(asked, due, to, "reason", "by", "another");
                }
                case CALENDAR -> {
                    boolean builtIn = counter.policy().calendar().equals("24x7");
                    return builtIn ? null : new CalendarChanged(at, step.amount() % 3 + 1);
                }
                default -> {
                    return new Stopped(at, "resolved");
                }
            }
        }

        /** Random ones, one before the start, and those at which something changes with the minutes around them. */
        SortedSet<Instant> moments() {
            SortedSet<Instant> moments = new TreeSet<>();
            moments.add(counter.start().minus(Duration.ofDays(1)));
            recipe.moments().forEach(offset -> moments.add(counter.start().plus(Duration.ofMinutes(offset))));
            for (Instant turn : counter.turns()) {
                moments.add(turn.minus(Duration.ofMinutes(1)));
                moments.add(turn);
                moments.add(turn.plus(Duration.ofMinutes(1)));
            }
            return moments;
        }

        Expected read(Instant moment) {
            return read(ledger, moment);
        }

        static Expected read(ClockLedger ledger, Instant moment) {
            Reading reading = ledger.at(moment);
            return new Expected(
                    reading.nearAt(),
                    reading.dueAt(),
                    reading.originalDueAt(),
                    reading.elapsed(),
                    reading.remaining(),
                    reading.missedAt(),
                    reading.verdict(),
                    ledger.levelAt(moment, 3));
        }

        /** What can be said of it, to see that the recipes come where it hurts. */
        Set<String> traits() {
            Set<String> traits = new TreeSet<>();
            entries.forEach(entry -> traits.add(entry.getClass().getSimpleName()));
            Reading last = ledger.at(moments().last());
            traits.add(last.verdict().name());
            Instant end =
                    counter.due() == null || counter.due().isBefore(counter.last()) ? counter.last() : counter.due();
            if (usedPlans().anyMatch(plan -> plan.crossesATransition(counter.start(), end))) {
                traits.add("transition inside");
            }
            if (last.lines().stream()
                    .anyMatch(
                            line -> isChange(line.entry()) && line.entry().at().equals(line.dueAt()))) {
                traits.add("due at once by a change");
            }
            return traits;
        }

        private static boolean isChange(ClockEntry entry) {
            return entry instanceof SeverityChanged || entry instanceof CalendarChanged;
        }

        private Stream<Plan> usedPlans() {
            String text = entries.toString();
            return plans.entrySet().stream()
                    .filter(plan -> text.contains("calendar=" + plan.getKey().split("/", 2)[0] + ","))
                    .map(Map.Entry::getValue);
        }

        static Map<DayOfWeek, List<OpeningHours.Interval>> intervals(Map<DayOfWeek, List<Span>> week) {
            Map<DayOfWeek, List<OpeningHours.Interval>> intervals = new EnumMap<>(DayOfWeek.class);
            week.forEach((day, spans) -> intervals.put(
                    day,
                    spans.stream()
                            .map(span -> new OpeningHours.Interval(time(span.from()), time(span.to())))
                            .toList()));
            return intervals;
        }

        private static LocalTime time(int minute) {
            return LocalTime.ofSecondOfDay(minute % 1440 * 60L);
        }

        @Override
        public String toString() {
            return entries + " on " + usedPlans().toList();
        }
    }
}
