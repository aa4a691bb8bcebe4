package org.servicerecovery.sla;

import jakarta.servlet.http.HttpServletResponse;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.TextStyle;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.BusinessZone;
import org.servicerecovery.Coded;
import org.servicerecovery.Messages;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.Actor;
import org.servicerecovery.engine.Decisions;
import org.servicerecovery.installation.StatutoryProfile;
import org.servicerecovery.installation.StatutoryProfile.Profile;
import org.servicerecovery.sla.calendar.AroundTheClock;
import org.servicerecovery.sla.calendar.CalendarDefinition;
import org.servicerecovery.sla.calendar.Calendars;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** The page of the time rules: whose time counts, and which regulator's clocks run. */
@Controller
class TimeRulesPage {

    private static final List<String> DAYS =
            List.of("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday");
    private static final String[] EDITORS = {
        "business-owner", "office-manager", "cx-lead", "process-designer", "camunda-admin"
    };
    private static final String[] CHOOSERS = {"business-owner", "office-manager", "camunda-admin"};

    /**
     * A calendar as the form holds it, the right and the wrong.
     *
     * @param basedOn the version that is changed; 0 for a new calendar
     * @param week the hours of each day, with commas
     */
    public record Form(
            String code,
            int basedOn,
            String zone,
            Map<String, String> week,
            String holidays,
            String closedOn,
            String openOn,
            boolean recompute) {

        public boolean known() {
            return basedOn > 0;
        }

        static Form empty(String zone) {
            Map<String, String> week = new LinkedHashMap<>();
            DAYS.forEach(day -> week.put(day, DAYS.indexOf(day) < 5 ? "09:00-17:00" : ""));
            return new Form("", 0, zone, week, "", "", "", false);
        }

        static Form of(Calendars.Saved saved) {
            CalendarDefinition calendar = saved.definition();
            Map<String, String> week = new LinkedHashMap<>();
            DAYS.forEach(day -> week.put(
                    day,
                    calendar.week().entrySet().stream()
                            .filter(entry -> entry.getKey().equalsIgnoreCase(day))
                            .flatMap(entry -> entry.getValue().stream())
                            .collect(Collectors.joining(", "))));
            return new Form(
                    saved.code(),
                    saved.version(),
                    calendar.zone(),
                    week,
                    Objects.requireNonNullElse(calendar.holidays(), ""),
                    lines(calendar.closedOn()),
                    lines(calendar.openOn()),
                    false);
        }

        private static String lines(List<LocalDate> days) {
            return days.stream().map(LocalDate::toString).collect(Collectors.joining("\n"));
        }

        /** @throws Refused naming the lines that are no days */
        CalendarDefinition toDefinition() {
            Refused.Gathered wrong = new Refused.Gathered();
            List<LocalDate> closed = wrong.take(() -> days("closedOn", closedOn));
            List<LocalDate> open = wrong.take(() -> days("openOn", openOn));
            wrong.refuseIfAny();
            return new CalendarDefinition(
                    zone,
                    hours(),
                    holidays.isEmpty() ? null : holidays,
                    Objects.requireNonNull(closed),
                    Objects.requireNonNull(open));
        }

        private Map<String, List<String>> hours() {
            Map<String, List<String>> hours = new LinkedHashMap<>();
            week.forEach((day, text) -> {
                if (!text.isBlank()) {
                    hours.put(
                            day,
                            Arrays.stream(text.split(",")).map(String::strip).toList());
                }
            });
            return hours;
        }

        private static List<LocalDate> days(String field, String text) {
            return Arrays.stream(text.split("[\\s,]+"))
                    .filter(word -> !word.isEmpty())
                    .map(word -> {
                        try {
                            return LocalDate.parse(word);
                        } catch (DateTimeException e) {
                            throw Refused.field(field, "refused.calendar.day", word);
                        }
                    })
                    .toList();
        }
    }

    private final Calendars calendars;
    private final StatutoryProfile profile;
    private final FurtherClocks clocks;
    private final Decisions decisions;
    private final BusinessZone zone;

    TimeRulesPage(
            Calendars calendars,
            StatutoryProfile profile,
            FurtherClocks clocks,
            Decisions decisions,
            BusinessZone zone) {
        this.calendars = calendars;
        this.profile = profile;
        this.clocks = clocks;
        this.decisions = decisions;
        this.zone = zone;
    }

    /** @param calendar the code of the calendar that is edited; a new one without */
    @GetMapping("/time-rules")
    String show(@RequestParam(required = false) @Nullable String calendar, Model page) {
        Form form = Form.empty(zone.id().getId());
        if (calendar != null) {
            form = calendars.saved(calendar).stream().findFirst().map(Form::of).orElse(form);
            page.addAttribute("unknown", !form.known() ? Messages.text("refused.calendar.none", calendar) : null);
        }
        return page(page, form, Map.of());
    }

    /** Saves a new version; what is refused is shown beside its field, and nothing typed is lost. */
    @PostMapping("/time-rules/calendars")
    String save(
            @RequestParam Map<String, String> sent, Model page, RedirectAttributes back, HttpServletResponse answer) {
        Form form = form(sent);
        try {
            Calendars.Saved saved = calendars.save(form.code(), form.toDefinition(), form.recompute(), form.basedOn());
            back.addFlashAttribute(
                    "done",
                    Messages.text(
                            saved.recomputes() ? "timeRules.savedForOpenCases" : "timeRules.saved",
                            saved.code(),
                            String.valueOf(saved.version())));
            return "redirect:/time-rules";
        } catch (Refused refused) {
            answer.setStatus(
                    refused.reason() == Refused.Reason.CONFLICT
                            ? HttpServletResponse.SC_CONFLICT
                            : HttpServletResponse.SC_BAD_REQUEST);
            return page(
                    page,
                    form,
                    refused.problems().stream()
                            .collect(Collectors.toMap(
                                    Refused.Problem::field,
                                    Refused.Problem::message,
                                    (one, other) -> Messages.text("timeRules.andIt", one, other))));
        }
    }

    /** Chooses the regulator; running clocks stay as they were promised. */
    @PostMapping("/time-rules/statutory-profile")
    String choose(@RequestParam(required = false) @Nullable String profile, RedirectAttributes back) {
        try {
            Profile chosen = Coded.parse(Profile.class, "profile", profile);
            this.profile.choose(chosen, Actor.current().id());
            back.addFlashAttribute("done", Messages.text("timeRules.chosen", chosen.shown()));
        } catch (Refused refused) {
            back.addFlashAttribute(
                    "refused",
                    Messages.text(
                            "timeRules.theProfile", refused.problems().get(0).message()));
        }
        return "redirect:/time-rules";
    }

    private String page(Model page, Form form, Map<String, String> wrong) {
        Map<String, List<Calendars.Saved>> saved = new LinkedHashMap<>();
        calendars.all().forEach(newest -> saved.put(newest.code(), calendars.saved(newest.code())));
        page.addAttribute("saved", saved);
        page.addAttribute("form", form);
        page.addAttribute("wrong", wrong);
        page.addAttribute("days", DAYS);
        page.addAttribute("zone", zone.id().getId());
        page.addAttribute("namedBy", namedBy());
        page.addAttribute("aroundTheClock", AroundTheClock.CODE);
        page.addAttribute("profiles", Profile.values());
        page.addAttribute("current", profile.current());
        page.addAttribute(
                "meaning",
                Arrays.stream(Profile.values()).collect(Collectors.toMap(each -> each, each -> clocks.inWords(each))));
        page.addAttribute("mayEdit", Actor.current().hasAnyRole(EDITORS));
        page.addAttribute("mayChoose", Actor.current().hasAnyRole(CHOOSERS));
        page.addAttribute("show", this);
        return "time-rules";
    }

    /** The tables that name a calendar, by its code. */
    private Map<String, Set<String>> namedBy() {
        Map<String, Set<String>> named = new LinkedHashMap<>();
        Consumer<String> read = table -> decisions
                .texts(table, "calendar")
                .forEach(code ->
                        named.computeIfAbsent(code, any -> new TreeSet<>()).add(table));
        Stream.of(ResolutionPolicy.TABLE, FurtherClocks.TABLE).forEach(read);
        return named;
    }

    private Form form(Map<String, String> sent) {
        Map<String, String> week = new LinkedHashMap<>();
        DAYS.forEach(day -> week.put(day, text(sent, day)));
        return new Form(
                text(sent, "code"),
                version(text(sent, "basedOn")),
                text(sent, "zone"),
                week,
                text(sent, "holidays"),
                text(sent, "closedOn"),
                text(sent, "openOn"),
                sent.containsKey("recompute"));
    }

    private static String text(Map<String, String> sent, String field) {
        return sent.getOrDefault(field, "").strip();
    }

    private static int version(String text) {
        return text.matches("\\d{1,9}") ? Integer.parseInt(text) : 0;
    }

    /** Read by the page: a moment as the business's clocks show it. */
    public String moment(Instant instant) {
        return instant.atZone(zone.id())
                .format(DateTimeFormatter.ofPattern(
                        Messages.text("format.moment"), Messages.language(Messages.reader())));
    }

    /** Read by the page: the hours of a week, days alike together, such as "Mon–Fri 09:00-17:00". */
    public String hours(CalendarDefinition calendar) {
        Form form = Form.of(new Calendars.Saved("", 0, calendar, false, "", Instant.EPOCH));
        StringBuilder text = new StringBuilder();
        for (int from = 0; from < DAYS.size(); ) {
            String hours = Objects.requireNonNull(form.week().get(DAYS.get(from)));
            int until = from;
            while (until + 1 < DAYS.size() && hours.equals(form.week().get(DAYS.get(until + 1)))) {
                until++;
            }
            if (!hours.isEmpty()) {
                text.append(text.isEmpty() ? "" : "; ").append(shortly(from));
                text.append(until > from ? "–" + shortly(until) : "")
                        .append(' ')
                        .append(hours);
            }
            from = until + 1;
        }
        return text.toString();
    }

    private static String shortly(int day) {
        return name(DAYS.get(day), TextStyle.SHORT_STANDALONE);
    }

    /** Read by the page: days as the reader writes them; in English as they are typed. */
    public String days(List<LocalDate> days) {
        DateTimeFormatter format =
                DateTimeFormatter.ofPattern(Messages.text("format.day"), Messages.language(Messages.reader()));
        return days.stream().map(format::format).collect(Collectors.joining(", "));
    }

    /** Read by the page: a weekday in the reader's language, within a sentence. */
    public String day(String code) {
        String name = name(code, TextStyle.FULL_STANDALONE);
        return Messages.language(Messages.reader()).equals(Locale.ENGLISH) ? code : name;
    }

    private static String name(String code, TextStyle style) {
        return DayOfWeek.valueOf(code.toUpperCase(Locale.ROOT))
                .getDisplayName(style, Messages.language(Messages.reader()));
    }
}
