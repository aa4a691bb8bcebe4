package org.servicerecovery.job;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.BusinessZone;
import org.servicerecovery.Messages;
import org.servicerecovery.Refused;
import org.servicerecovery.engine.EngineTrouble;
import org.servicerecovery.files.Intake;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.Resource;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/**
 * The page of operatives, made for a phone, which needs no script. What was written comes back with every answer that
 * does not end the job, so that nothing is typed twice.
 */
@Controller
class JobsPage {

    private static final Logger LOG = LoggerFactory.getLogger(JobsPage.class);
    private static final String LIST = "redirect:/jobs";
    private static final String ONE = "redirect:/jobs/{number}";
    /** Where the page says what is wrong, next to what it is about. */
    private static final String WRONG = ONE + "#refused";

    private static final String REMOVE = "remove-";
    /** Somebody who has missed a change, or looks up what they wrote, does so soon. */
    private static final Duration SHOWN_WHEN_OVER = Duration.ofDays(3);

    private static final int TRIES = 3;

    private final Jobs jobs;
    private final JobPhotos photos;
    private final JobsProperties properties;
    private final Intake intake;
    private final Clock clock;
    private final BusinessZone zone;

    JobsPage(Jobs jobs, JobPhotos photos, JobsProperties properties, Intake intake, Clock clock, BusinessZone zone) {
        this.jobs = jobs;
        this.photos = photos;
        this.properties = properties;
        this.intake = intake;
        this.clock = clock;
        this.zone = zone;
    }

    @GetMapping("/jobs")
    String list(Model page) {
        Worker worker = Worker.current();
        page.addAttribute("mine", jobs.mine(worker));
        page.addAttribute("free", jobs.free(worker));
        page.addAttribute("most", Jobs.MOST_FREE);
        page.addAttribute("over", jobs.over(worker, clock.instant().minus(SHOWN_WHEN_OVER)));
        page.addAttribute("offeredHere", properties.isOfferedHere());
        show(page);
        return "jobs";
    }

    @GetMapping("/jobs/{number}")
    String one(
            @PathVariable String number,
            @RequestParam(required = false) @Nullable String again,
            Model page,
            RedirectAttributes back) {
        Worker worker = Worker.current();
        Optional<Job> found = jobs.byNumber(number).filter(worker::maySee);
        if (found.isEmpty()) {
            page.asMap().forEach(back::addFlashAttribute);
            if (!page.containsAttribute("refused")) {
                back.addFlashAttribute("refused", Messages.text("jobs.refused.notYours", shown(number)));
            }
            return LIST;
        }
        Job job = found.get();
        page.addAttribute("job", job);
        page.addAttribute("order", job.order());
        page.addAttribute("mine", worker.has(job));
        page.addAttribute("photos", photos.of(job.id()));
        page.addAttribute("photosRequired", properties.photosRequired());
        page.addAttribute("largest", intake.largest());
        page.addAttribute("again", again != null);
        page.addAttribute("tel", job.order().contactPhone().replaceAll("[^+0-9]", ""));
        show(page);
        return "job";
    }

    @PostMapping("/jobs/{number}/taking")
    String take(@PathVariable String number, RedirectAttributes back) {
        try {
            jobs.take(number);
            return ONE;
        } catch (Refused refused) {
            back.addFlashAttribute("refused", refused.problems().get(0).message());
            return LIST;
        }
    }

    /** One form for all, so that whichever button is pressed nothing that was written or chosen is lost. */
    @PostMapping("/jobs/{number}")
    String work(
            @PathVariable String number,
            @RequestParam(defaultValue = "") String action,
            @RequestParam(defaultValue = "") String notes,
            @RequestParam(required = false) @Nullable List<MultipartFile> files,
            RedirectAttributes back) {
        back.addFlashAttribute("notes", notes);
        try {
            List<String> notTaken = add(number, files);
            if (!notTaken.isEmpty()) {
                back.addFlashAttribute("refused", String.join(" ", notTaken));
                back.addFlashAttribute("wrong", "photos");
                return WRONG;
            }
            if (action.startsWith(REMOVE)) {
                photos.remove(number, UUID.fromString(action.substring(REMOVE.length())));
                return ONE;
            }
            if (action.equals("photos")) {
                return ONE;
            }
            if (action.equals("give-back")) {
                jobs.giveBack(number);
                back.getFlashAttributes().clear();
                back.addFlashAttribute("done", Messages.text("jobs.givenBack", shown(number)));
                return LIST;
            }
            return switch (report(number, Outcomes.parse(action), notes)) {
                case RECORDED, ALREADY_ENDED -> {
                    back.getFlashAttributes().clear();
                    back.addFlashAttribute("done", Messages.text("jobs.reported", shown(number)));
                    yield LIST;
                }
                case CANCELLED_MEANWHILE -> {
                    back.addFlashAttribute("refused", Messages.text("jobs.cancelledMeanwhile", shown(number)));
                    yield ONE;
                }
                case ENDED_MEANWHILE -> {
                    back.addFlashAttribute("refused", Messages.text("jobs.endedMeanwhile", shown(number)));
                    yield ONE;
                }
            };
        } catch (Refused refused) {
            Refused.Problem first = refused.problems().get(0);
            back.addFlashAttribute("refused", first.message());
            back.addFlashAttribute("wrong", first.field());
            return WRONG;
        } catch (IllegalArgumentException noId) {
            return ONE;
        } catch (IOException e) {
            LOG.error("A photo could not be kept.", e);
            back.addFlashAttribute("refused", Messages.text("photos.storeNotReached"));
            back.addFlashAttribute("wrong", "photos");
            return WRONG;
        }
    }

    /** Somebody in the office may do something with the job in this moment: then once more. */
    private Jobs.Report report(String number, JobState outcome, String notes) {
        for (int tried = 1; ; tried++) {
            try {
                return jobs.report(number, outcome, notes);
            } catch (RuntimeException e) {
                boolean conflict = e instanceof ConcurrencyFailureException || EngineTrouble.isConflict(e);
                if (!conflict) {
                    throw e;
                }
                if (tried == TRIES) {
                    throw Refused.conflict("jobs.refused.atOnce", shown(number));
                }
            }
        }
    }

    private List<String> add(String number, @Nullable List<MultipartFile> files) throws IOException {
        List<String> notTaken = new ArrayList<>();
        for (MultipartFile file : files == null ? List.<MultipartFile>of() : files) {
            // Where no file was chosen, browsers send one without a name.
            if (!file.isEmpty() || !String.valueOf(file.getOriginalFilename()).isEmpty()) {
                photos.add(number, file.getOriginalFilename(), file, file.getSize())
                        .ifPresent(why -> notTaken.add(Intake.shownName(file.getOriginalFilename()) + ": " + why));
            }
        }
        return notTaken;
    }

    @GetMapping("/jobs/{number}/photos/{photo}")
    @Nullable
    ResponseEntity<Resource> photo(@PathVariable String number, @PathVariable String photo, WebRequest request) {
        Optional<JobPhotos.Photo> found =
                seen(number).flatMap(job -> uuid(photo).flatMap(id -> photos.find(job.id(), id)));
        return found.isPresent()
                ? SentPhoto.whole(photos, found.get(), request)
                : ResponseEntity.notFound().build();
    }

    @GetMapping("/jobs/{number}/photos/{photo}/thumbnail")
    ResponseEntity<byte[]> thumbnail(@PathVariable String number, @PathVariable String photo) {
        return seen(number)
                .flatMap(job -> uuid(photo).flatMap(id -> photos.thumbnail(job.id(), id)))
                .map(jpeg -> SentPhoto.small(photo, jpeg))
                .orElseGet(() -> ResponseEntity.notFound().build());
    }

    private static Optional<UUID> uuid(String text) {
        try {
            return Optional.of(UUID.fromString(text));
        } catch (IllegalArgumentException notOurs) {
            return Optional.empty();
        }
    }

    private Optional<Job> seen(String number) {
        return jobs.byNumber(number).filter(Worker.current()::maySee);
    }

    private void show(Model page) {
        page.addAttribute("show", this);
        page.addAttribute("language", language().toLanguageTag());
        page.addAttribute("now", clock.instant());
    }

    /** Read by the page: when to be there. */
    public String window(Job job) {
        ZonedDateTime from = job.order().windowFrom().atZone(zone.id());
        ZonedDateTime to = job.order().windowTo().atZone(zone.id());
        return from.toLocalDate().equals(to.toLocalDate())
                ? day(from) + ", " + time(from) + "–" + time(to)
                : day(from) + ", " + time(from) + " – " + day(to) + ", " + time(to);
    }

    /** Read by the page. */
    public String moment(Instant instant) {
        ZonedDateTime at = instant.atZone(zone.id());
        return day(at) + ", " + time(at);
    }

    /** Read by the page: what the business calls a skill. */
    public String skill(Job job) {
        return properties.skills().getOrDefault(job.order().skill(), job.order().skill());
    }

    /** Read by the page: the lines of a text. */
    public List<String> lines(String text) {
        return text.lines().collect(Collectors.toList());
    }

    /** Read by the page: a duration as people say it. */
    public String duration(int minutes) {
        return minutes < 60
                ? Messages.text("jobs.minutes", minutes)
                : minutes % 60 == 0
                        ? Messages.text("jobs.hours", minutes / 60)
                        : Messages.text("jobs.hoursMinutes", minutes / 60, minutes % 60);
    }

    private String day(ZonedDateTime at) {
        LocalDate today = zone.dateOf(clock.instant());
        String day = DateTimeFormatter.ofPattern(language().getLanguage().equals("de") ? "EEE, d. MMM" : "EEE d MMM")
                .withLocale(language())
                .format(at);
        return at.toLocalDate().equals(today) ? Messages.text("jobs.today") + ", " + day : day;
    }

    private static String time(ZonedDateTime at) {
        return DateTimeFormatter.ofLocalizedTime(FormatStyle.SHORT)
                .withLocale(language().equals(Locale.ENGLISH) ? Locale.UK : language())
                .format(at);
    }

    private static Locale language() {
        return Messages.language(Messages.reader());
    }

    /** The address bar is anybody's to write. */
    private static String shown(String number) {
        return number.length() <= 20 ? number : number.substring(0, 20) + "…";
    }
}
