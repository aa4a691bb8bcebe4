package org.servicerecovery.job.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.servicerecovery.Loop;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.job.Job;
import org.servicerecovery.job.JobState;
import org.servicerecovery.job.Jobs;
import org.servicerecovery.job.Queue;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;

@RunningApplication
class OdooTest {

    private static final JobReceiver.Answer TAKEN = new JobReceiver.Answer.Taken();
    private static final Duration LIMIT = Duration.ofSeconds(150);

    @Autowired
    ApplicationContext application;

    @Autowired
    Jobs jobs;

    @Autowired
    Outbox outbox;

    @Autowired
    Deliveries deliveries;

    @Autowired
    JdbcClient db;

    @Autowired
    PlatformTransactionManager transactions;

    OdooStub odoo;
    OdooReceiver receiver;
    OdooPoll poll;
    Job job;

    @BeforeEach
    void released() throws Exception {
        deliveries.deliver();
        odoo = new OdooStub();
        OdooStages stages =
                new OdooStages(Map.of("done", "Completed", "cancelled", "Cancelled", "no-access", "No access"));
        receiver = receiver(OdooStub.KEY, stages);
        poll = new OdooPoll(db, jobs, receiver, stages, transactions);
        job = jobs.byNumber(new Queue(application).released("south")).orElseThrow();
    }

    @AfterEach
    void stop() {
        deliverAll();
        odoo.close();
    }

    @Test
    void aReleasedJobIsAnOrderOfTheirsOnceHoweverOftenItIsSent() {
        OutboundMessage message = claim();
        assertThat(receiver.deliver(message)).isEqualTo(TAKEN);
        assertThat(receiver.deliver(message)).isEqualTo(TAKEN);
        outbox.record(message, TAKEN);

        ObjectNode order = theirs();
        assertThat(odoo.stageOf(order)).isEqualTo("New");
        assertThat(order.path("team_id").asInt()).isEqualTo(2);
        assertThat(order.path("location_directions").asText()).isEqualTo("Mr Ashworth, +44 113 496 0001");
        assertThat(order.path("description").asText()).isEqualTo("Replace the mixer valve.\nTest for leaks.");
        assertThat(order.path("todo").asText())
                .isEqualTo("Parts: Mixer valve 15 mm\nPrice list: PL-204\nSkill: plumbing\nArea: south");
        assertThat(order.path("request_early").asText())
                .isEqualTo(text(job.order().windowFrom()));
        assertThat(order.path("request_late").asText())
                .isEqualTo(text(job.order().windowTo()));
        assertThat(order.path("scheduled_date_start").asText())
                .isEqualTo(text(job.order().windowFrom()));
        assertThat(order.path("scheduled_date_end").asText())
                .isEqualTo(text(job.order().windowFrom().plus(Duration.ofMinutes(90))));
        assertThat(odoo.locations("3 Mill Lane, second floor")).hasSize(1);
    }

    @Test
    void whatWasDoneWithoutAnAnswerIsFoundAndNotDoneAgain() {
        OutboundMessage message = claim();
        odoo.losesAnswers(true);
        for (int i = 0; i < 4; i++) {
            assertThat(receiver.deliver(message)).isInstanceOf(JobReceiver.Answer.NotTaken.class);
        }
        odoo.losesAnswers(false);
        assertThat(receiver.deliver(message)).isEqualTo(TAKEN);
        outbox.record(message, TAKEN);
        assertThat(odoo.orders(String.valueOf(job.number()))).hasSize(1);
    }

    @Test
    void whoAsksForAnOrderAndHearsNothingAsksForNoOtherUntilOdooHasEndedTheFirst() {
        OutboundMessage message = claim();
        odoo.isSlow(true);
        JobReceiver.Answer answer = receiver.deliver(message);
        assertThat(answer)
                .isInstanceOfSatisfying(
                        JobReceiver.Answer.NotTaken.class,
                        notTaken -> assertThat(notTaken.notBefore()).isEqualTo(LIMIT));
        outbox.record(message, answer);
        assertThat(outbox.claim()).isEmpty();
        odoo.isSlow(false);
        odoo.commit();
        try {
            Loop.itIs(ClockUtil.getCurrentTime().toInstant().plus(LIMIT).plusSeconds(1));
            deliverAll();
        } finally {
            ClockUtil.reset();
        }
        assertThat(theirs()).isNotNull();
        assertThat(odoo.calls())
                .filteredOn(call -> call.equals("fsm.order.create"))
                .isEmpty();
    }

    @Test
    void ofTwoOrdersForOneJobTheYoungerIsCancelledAndSaysNothingOfTheJob() {
        OutboundMessage message = claim();
        odoo.isSlow(true);
        receiver.deliver(message);
        receiver.deliver(message);
        odoo.isSlow(false);
        odoo.commit();
        assertThat(receiver.deliver(message)).isEqualTo(TAKEN);
        outbox.record(message, TAKEN);
        assertThat(odoo.orders(String.valueOf(job.number())))
                .extracting(odoo::stageOf)
                .containsExactly("New", "Cancelled");

        poll.look();
        assertThat(jobs.get(job.id()).state()).isEqualTo(JobState.OPEN);
        odoo.move(String.valueOf(job.number()), "Completed", "Valve replaced");
        poll.look();
        assertThat(jobs.get(job.id()).state()).isEqualTo(JobState.DONE);
    }

    @Test
    void aTeamThatOdooDoesNotKnowIsSomebodysToMakeAndNoOtherTeamsJob() {
        OutboundMessage message = claim();
        OutboundMessage elsewhere = new OutboundMessage(
                0,
                UUID.randomUUID(),
                job.id(),
                ChangeType.RELEASED,
                message.body().replace("plumbing-south", "plumbing-moon").replace(String.valueOf(job.number()), "WO-0"),
                1,
                1);
        assertThat(receiver.deliver(elsewhere))
                .isInstanceOfSatisfying(
                        JobReceiver.Answer.Refused.class,
                        refused -> assertThat(refused.why()).startsWith("Odoo has no team called plumbing-moon:"));
        assertThat(odoo.orders("WO-0")).isEmpty();
        outbox.record(message, receiver.deliver(message));
    }

    @Test
    void movingCancellingAndClosingReachThem() {
        deliverAll();
        Instant later = Queue.tomorrow().plus(Duration.ofDays(3));
        jobs.reschedule(job.id(), later, later.plus(Duration.ofHours(4)));
        deliverAll();
        assertThat(theirs().path("request_early").asText()).isEqualTo(text(later));
        assertThat(theirs().path("scheduled_date_start").asText()).isEqualTo(text(later));

        odoo.plan(String.valueOf(job.number()), text(later.plus(Duration.ofMinutes(70))));
        jobs.reschedule(job.id(), later, later.plus(Duration.ofHours(2)));
        deliverAll();
        assertThat(theirs().path("scheduled_date_start").asText())
                .as("what they have planned in the window stays")
                .isEqualTo(text(later.plus(Duration.ofMinutes(70))));

        jobs.cancel(job.id());
        deliverAll();
        assertThat(odoo.stageOf(theirs())).isEqualTo("Cancelled");

        Job done = another();
        jobs.reported(done.id(), JobState.DONE, "New valve");
        Job closed = another();
        jobs.reported(closed.id(), JobState.NO_ACCESS, "Nobody there");
        deliverAll();
        assertThat(odoo.stageOf(odoo.orders(String.valueOf(done.number())).get(0)))
                .isEqualTo("Completed");
        assertThat(odoo.stageOf(odoo.orders(String.valueOf(closed.number())).get(0)))
                .isEqualTo("No access");
    }

    @Test
    void whatBecameOfAJobThereIsAskedAndGoesOnHere() {
        deliverAll();
        Job done = another();
        Job noAccess = another();
        Job cancelled = another();
        deliverAll();
        odoo.move(String.valueOf(done.number()), "Completed", "Valve replaced");
        odoo.move(String.valueOf(noAccess.number()), "No access", "");
        odoo.move(String.valueOf(cancelled.number()), "Cancelled", "");
        Instant planned = Queue.tomorrow().plus(Duration.ofDays(4)).plus(Duration.ofMinutes(490));
        odoo.plan(String.valueOf(job.number()), text(planned));

        poll.look();
        poll.look();

        assertThat(jobs.get(done.id()).state()).isEqualTo(JobState.DONE);
        assertThat(jobs.get(done.id()).notes()).isEqualTo("Valve replaced");
        assertThat(jobs.get(noAccess.id()).state()).isEqualTo(JobState.NO_ACCESS);
        assertThat(jobs.get(noAccess.id()).notes()).isEqualTo("No access");
        assertThat(jobs.get(cancelled.id()).state()).isEqualTo(JobState.CANCELLED);
        Job moved = jobs.get(job.id());
        assertThat(moved.order().windowFrom()).isEqualTo(planned.minus(Duration.ofMinutes(10)));
        assertThat(Duration.between(moved.order().windowFrom(), moved.order().windowTo()))
                .isEqualTo(Duration.ofHours(2));

        deliverAll();
        assertThat(theirs().path("scheduled_date_start").asText()).isEqualTo(text(planned));
        poll.look();
        assertThat(jobs.get(job.id()).order()).isEqualTo(moved.order());
    }

    @Test
    void aJobThatIsOpenForLongIsStillAskedOf() {
        Job ended = another();
        jobs.cancel(ended.id());
        deliverAll();
        assertThat(messages(ended)).isEqualTo(2);
        try {
            Loop.itIs(ClockUtil.getCurrentTime().toInstant().plus(Duration.ofDays(60)));
            outbox.forget();
        } finally {
            ClockUtil.reset();
        }
        assertThat(messages(ended)).isZero();
        assertThat(messages(job)).as("an open job keeps its messages").isEqualTo(1);
        // As of before, when they were forgotten.
        db.sql("delete from job_outbox where job_id = ?").param(job.id()).update();
        odoo.move(String.valueOf(job.number()), "Completed", "Valve replaced");

        poll.look();

        assertThat(jobs.get(job.id()).state()).isEqualTo(JobState.DONE);
    }

    @Test
    void whileOurNewsIsOnItsWayTheirsIsOld() {
        deliverAll();
        Instant later = Queue.tomorrow().plus(Duration.ofDays(6));
        jobs.reschedule(job.id(), later, later.plus(Duration.ofHours(2)));

        poll.look();

        assertThat(jobs.get(job.id()).order().windowFrom()).isEqualTo(later);
    }

    @Test
    void whatOdooRefusesIsToldInItsWordsAndWhoIsNotLetInIsToldWhere() {
        OutboundMessage message = claim();
        assertThat(receiver("wrong", new OdooStages(Map.of())).deliver(message))
                .isEqualTo(new JobReceiver.Answer.NotTaken(
                        "Odoo does not let the user in: service-recovery.jobs.odoo.login and api-key."));
        OdooReceiver nobodysLocations = new OdooReceiver(client(OdooStub.KEY), 0, new OdooStages(Map.of()), LIMIT);
        OutboundMessage elsewhere = new OutboundMessage(
                0,
                UUID.randomUUID(),
                job.id(),
                ChangeType.RELEASED,
                message.body().replace("3 Mill Lane", "9 Hill Road"),
                1,
                1);
        assertThat(nobodysLocations.deliver(elsewhere))
                .isEqualTo(new JobReceiver.Answer.NotTaken(
                        "Odoo refuses it: odoo.exceptions.ValidationError.",
                        "A mandatory field is not set. Related Owner",
                        null));
        outbox.record(message, receiver.deliver(message));
    }

    @Test
    void everyOrderOfTheirsHasTheSameFields() {
        Job other = another();
        deliverAll();
        assertThat(List.copyOf(odoo.orders(String.valueOf(other.number())).get(0).properties().stream()
                        .map(Map.Entry::getKey)
                        .sorted()
                        .toList()))
                .isEqualTo(theirs().properties().stream()
                        .map(Map.Entry::getKey)
                        .sorted()
                        .toList());
    }

    /** The next message about the job; what is due of others is delivered. */
    private OutboundMessage claim() {
        OutboundMessage next = outbox.claim().orElseThrow();
        while (!next.job().equals(job.id())) {
            outbox.record(next, receiver.deliver(next));
            next = outbox.claim().orElseThrow();
        }
        return next;
    }

    private OdooReceiver receiver(String key, OdooStages stages) {
        return new OdooReceiver(client(key), 1, stages, LIMIT);
    }

    private OdooClient client(String key) {
        return new OdooClient(
                URI.create(odoo.url()),
                OdooStub.DATABASE,
                OdooStub.LOGIN,
                key,
                new BoundedHttp(Duration.ofSeconds(2), Duration.ofSeconds(5)));
    }

    private int messages(Job of) {
        return db.sql("select count(*) from job_outbox where job_id = ?")
                .param(of.id())
                .query(Integer.class)
                .single();
    }

    private Job another() {
        return jobs.byNumber(new Queue(application).released("south")).orElseThrow();
    }

    private ObjectNode theirs() {
        List<ObjectNode> orders = odoo.orders(String.valueOf(job.number()));
        assertThat(orders).hasSize(1);
        return orders.get(0);
    }

    private void deliverAll() {
        for (var next = outbox.claim(); next.isPresent(); next = outbox.claim()) {
            outbox.record(next.get(), receiver.deliver(next.get()));
        }
    }

    private static String text(Instant at) {
        return at.toString().replace('T', ' ').replace("Z", "");
    }
}
