package org.servicerecovery.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.servicerecovery.BusinessZone;
import org.servicerecovery.Refused;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.engine.FieldJobs;
import org.servicerecovery.files.Intake;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.mock.web.MockServletContext;
import org.springframework.ui.ExtendedModelMap;
import org.thymeleaf.ITemplateEngine;
import org.thymeleaf.context.WebContext;
import org.thymeleaf.web.servlet.JakartaServletWebApplication;

@RunningApplication
class JobsElsewhereTest {

    @Autowired
    ApplicationContext application;

    @Autowired
    JdbcClient db;

    @Autowired
    Clock clock;

    @Autowired
    JobsProperties set;

    @Autowired
    JobDue due;

    @Autowired
    FieldJobs process;

    @Autowired
    Jobs jobsHere;

    @Autowired
    JobPhotos photos;

    @Autowired
    Intake intake;

    @Autowired
    BusinessZone zone;

    @Autowired
    ITemplateEngine templates;

    @Test
    void whileAnotherSystemGivesOutTheJobsNoneIsOfferedHereAndWhoTookOneKeepsIt() {
        Queue queue = new Queue(application);
        List<String> teams = List.of("plumbing-east");
        String operative = queue.operative("elsewhere-1", "plumbing-east");
        String taken = queue.released("east");
        queue.as(operative, teams, () -> {
            jobsHere.take(taken);
            return null;
        });
        String free = queue.released("east");
        JobsProperties elsewhere =
                new JobsProperties(set.skills(), set.areas(), set.photosRequired(), set.mostPhotos(), "webhook", false);
        Jobs jobs = new Jobs(db, clock, elsewhere, due, process, application);
        JobsPage page = new JobsPage(jobs, photos, elsewhere, intake, clock, zone);

        String html = queue.as(operative, teams, () -> {
            assertThat(jobsHere.free(Worker.current())).extracting(Job::number).contains(free);
            assertThatThrownBy(() -> jobs.take(free))
                    .isInstanceOf(Refused.class)
                    .hasMessageContaining("another system");
            ExtendedModelMap model = new ExtendedModelMap();
            String template = page.list(model);
            MockServletContext servlets = new MockServletContext();
            return templates.process(
                    template,
                    new WebContext(
                            JakartaServletWebApplication.buildApplication(servlets)
                                    .buildExchange(new MockHttpServletRequest(servlets), new MockHttpServletResponse()),
                            Locale.ENGLISH,
                            model));
        });

        assertThat(html).contains(taken, "Jobs are given out by another system").doesNotContain(free, "no free job");
        assertThat(new JobsProperties(set.skills(), set.areas(), true, 20, "built-in", false).isOfferedHere())
                .isTrue();
    }
}
