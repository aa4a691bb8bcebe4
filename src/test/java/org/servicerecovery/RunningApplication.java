package org.servicerecovery;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.servicerecovery.compensation.StoppableProcessor;
import org.servicerecovery.compensation.StoppableScheduler;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Import;

/**
 * The whole application on a random port of the loopback address and a real PostgreSQL. Jobs run only when a test runs
 * them, mails go to {@link MailServer} and jobs to {@link JobSystem} when a test sends them; quotes stand in the built-in list, membership visits are scheduled by {@link MembershipVisits}. Every test class
 * with just this annotation shares one application.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith({TestDatabase.class, MembershipVisits.class, MailServer.class, JobSystem.class})
@Import({Breaker.Configuration.class, StoppableProcessor.Configuration.class, StoppableScheduler.Configuration.class})
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "spring.datasource.url=${" + TestDatabase.URL_PROPERTY + "}",
            "service-recovery.payments.sandbox.jdbc-url=${" + TestDatabase.BOOK_PROPERTY + "}",
            "camunda.bpm.job-execution.enabled=false",
            "service-recovery.payments.customer-balance=true",
            "service-recovery.comped-services.membership-visit.url=${" + MembershipVisits.URL_PROPERTY + "}",
            "service-recovery.comped-services.membership-visit.secret=" + MembershipVisits.SECRET,
            "service-recovery.comped-services.read-timeout=500ms",
            "spring.mail.host=127.0.0.1",
            "spring.mail.port=${" + MailServer.SMTP_PROPERTY + "}",
            "service-recovery.mail.every=PT24H",
            "service-recovery.survey.url=http://127.0.0.1",
            "service-recovery.survey.every=PT24H",
            "service-recovery.trend.every=PT24H",
            "service-recovery.measures.every=PT24H",
            "service-recovery.prevention.every=PT24H",
            "service-recovery.report.every=PT24H",
            "service-recovery.mail.bounces.address=" + MailServer.BOUNCES,
            "service-recovery.mail.bounces.host=127.0.0.1",
            "service-recovery.mail.bounces.port=${" + MailServer.IMAP_PROPERTY + "}",
            "service-recovery.mail.bounces.tls=false",
            "service-recovery.mail.bounces.user=" + MailServer.BOUNCES,
            "service-recovery.mail.bounces.password=any",
            "service-recovery.mail.bounces.every=PT24H",
            "service-recovery.jobs.release-every=PT24H",
            "service-recovery.jobs.outbound=webhook",
            "service-recovery.jobs.also-offered-here=true",
            "service-recovery.jobs.webhook.url=${" + JobSystem.URL_PROPERTY + "}",
            "service-recovery.jobs.webhook.secret=" + JobSystem.SECRET,
            "service-recovery.jobs.reports.secret=" + JobSystem.REPORTS_SECRET,
            "service-recovery.jobs.outbox.every=PT24H",
            "service-recovery.visits.news-every=PT24H",
            "service-recovery.letterhead.name=Brook & Söhne Heating",
            "service-recovery.letterhead.address=1 Test Street\\nLeeds LS1 1AA",
            "service-recovery.letterhead.contact=0113 496 0000",
            "service-recovery.admin.password=" + RunningApplication.ADMIN_PASSWORD
        })
public @interface RunningApplication {

    String ADMIN = "admin";
    String ADMIN_PASSWORD = "Only-for-tests-1";
}
