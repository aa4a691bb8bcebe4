package org.servicerecovery.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.camunda.bpm.engine.HistoryService;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.servicerecovery.Refused;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.files.Pictures;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

@RunningApplication
class JobsTest {

    private static final List<String> TEAM = List.of("plumbing-east");

    @Autowired
    ApplicationContext application;

    @Autowired
    Jobs jobs;

    @Autowired
    JobPhotos photos;

    @Autowired
    TaskService tasks;

    @Autowired
    RuntimeService runtime;

    @Autowired
    HistoryService history;

    @Autowired
    IdentityService identities;

    @Autowired
    JdbcClient db;

    Queue queue;

    @BeforeEach
    void queue() {
        queue = new Queue(application);
    }

    @Test
    void jobsAreReleasedTogetherInShuffledOrderWithNumbersWithoutGaps() {
        queue.release();
        List<UUID> placed = new ArrayList<>(IntStream.range(0, 40)
                .mapToObj(i -> jobs.place(Queue.order("east")))
                .toList());
        UUID cancelled = placed.remove(20);
        jobs.cancel(cancelled);
        assertThat(jobs.get(placed.get(0)).number()).isNull();
        assertThat(tasks.createTaskQuery().taskCandidateGroup("plumbing-east").list())
                .noneMatch(task -> placed.contains(jobOf(task).id()));

        queue.release();

        List<Job> released = placed.stream().map(jobs::get).toList();
        List<Integer> numbers = released.stream()
                .map(job -> Integer.parseInt(String.valueOf(job.number()).substring(3)))
                .toList();
        assertThat(numbers.stream().sorted().toList())
                .isEqualTo(IntStream.range(0, 39)
                        .mapToObj(i -> numbers.stream().min(Integer::compare).orElseThrow() + i)
                        .toList());
        // One order in 39! is the order of placing.
        assertThat(numbers).isNotEqualTo(numbers.stream().sorted().toList());
        assertThat(released)
                .extracting(Job::releasedAt)
                .containsOnly(released.get(0).releasedAt());
        assertThat(released).extracting(Job::team).containsOnly("plumbing-east");
        assertThat(jobs.get(cancelled).number()).isNull();
        assertThat(jobs.get(cancelled).state()).isEqualTo(JobState.CANCELLED);
    }

    @Test
    void aReleasedJobIsAnInstanceWithItsNumberATeamAndADueTime() {
        UUID id = jobs.place(Queue.order("east"));
        queue.release();

        Job job = jobs.get(id);
        Task task = task(job);
        assertThat(runtime.createProcessInstanceQuery()
                        .processInstanceBusinessKey(String.valueOf(job.number()))
                        .singleResult()
                        .getProcessDefinitionId())
                .startsWith("field-job:");
        assertThat(task.getDueDate().toInstant())
                .isEqualTo(job.dueAt())
                .isEqualTo(job.order().windowTo().plus(Duration.ofMinutes(60)));
        assertThat(task.getPriority()).isEqualTo(50);
        assertThat(identities
                        .createGroupQuery()
                        .groupId("plumbing-east")
                        .singleResult()
                        .getType())
                .isEqualTo("FIELD_TEAM");
        // The table names a team of its own for some.
        UUID roof = jobs.place(new OrderFields(
                "1 Hill",
                "A",
                "0113 4960",
                "roofing",
                "west",
                "Tile",
                Queue.tomorrow(),
                Queue.tomorrow().plus(Duration.ofDays(2)),
                null,
                30,
                "PL-1"));
        queue.release();
        assertThat(jobs.get(roof).team()).isEqualTo("roofing");
        assertThat(jobs.get(roof).dueAt()).isEqualTo(jobs.get(roof).order().windowTo());
    }

    @Test
    void ofTwoWhoTakeAJobAtOnceOneHasIt() throws Exception {
        for (int round = 0; round < 5; round++) {
            String number = queue.released("east");
            CyclicBarrier both = new CyclicBarrier(2);
            List<CompletableFuture<String>> tries = Stream.of("op-a", "op-b")
                    .map(person -> CompletableFuture.supplyAsync(() -> queue.as(person, TEAM, () -> {
                        both.await();
                        try {
                            jobs.take(number);
                            return "has it";
                        } catch (Refused refused) {
                            return refused.getMessage();
                        }
                    })))
                    .toList();
            List<String> answers = new ArrayList<>();
            for (CompletableFuture<String> one : tries) {
                answers.add(one.get());
            }
            assertThat(answers)
                    .containsExactlyInAnyOrder("has it", number + " is not free any more: somebody else has taken it.");
            Job job = jobs.byNumber(number).orElseThrow();
            assertThat(task(job).getAssignee()).isEqualTo(job.assignee());
        }
    }

    @Test
    void doneNeedsAPhotoAndTheOtherEndsNeedWords() {
        String number = queue.released("east");
        queue.as("op-a", TEAM, () -> {
            jobs.take(number);
            assertThatThrownBy(() -> jobs.report(number, JobState.DONE, "New valve"))
                    .isInstanceOf(Refused.class)
                    .hasMessageContaining("photos: ");
            assertThatThrownBy(() -> jobs.report(number, JobState.PARTLY, "  "))
                    .isInstanceOf(Refused.class)
                    .hasMessageContaining("notes: ");
            assertThat(photo(number, 1)).isEmpty();
            assertThat(photo(number, 1)).isEmpty();
            return jobs.report(number, JobState.DONE, "New valve");
        });

        Job job = jobs.byNumber(number).orElseThrow();
        assertThat(job.state()).isEqualTo(JobState.DONE);
        assertThat(job.notes()).isEqualTo("New valve");
        assertThat(job.endedBy()).isEqualTo("op-a");
        assertThat(photos.of(job.id())).hasSize(1);
        assertThat(endOf(job)).isEqualTo("EndEvent_JobDone");
        assertThat(queue.as("op-a", TEAM, () -> jobs.report(number, JobState.DONE, "again")))
                .isEqualTo(Jobs.Report.ALREADY_ENDED);
    }

    @Test
    void nobodyElseReportsAJobAndWhoIsInNoTeamTakesNone() {
        String number = queue.released("east");
        queue.as("op-a", TEAM, () -> {
            jobs.take(number);
            return "";
        });
        for (String person : List.of("op-b", "op-c")) {
            queue.as(person, TEAM, () -> {
                assertThatThrownBy(() -> jobs.report(number, JobState.NO_ACCESS, "x"))
                        .hasMessageContaining("is not with you");
                assertThatThrownBy(() -> photo(number, 2)).hasMessageContaining("is not with you");
                return "";
            });
        }
        String other = queue.released("east");
        queue.as("op-c", List.of("plumbing-west"), () -> {
            assertThatThrownBy(() -> jobs.take(other)).isInstanceOf(Refused.class);
            return "";
        });
    }

    @Test
    void whatIsReportedOfAJobThatWasCancelledMeanwhileIsKept() {
        String number = queue.released("east");
        Job job = jobs.byNumber(number).orElseThrow();
        queue.as("op-a", TEAM, () -> {
            jobs.take(number);
            return "";
        });

        jobs.cancel(job.id());

        assertThat(endOf(job)).isEqualTo("EndEvent_JobIsCancelled");
        queue.as("op-a", TEAM, () -> {
            assertThat(photo(number, 3)).isEmpty();
            assertThat(jobs.report(number, JobState.DONE, "Was there, replaced it"))
                    .isEqualTo(Jobs.Report.CANCELLED_MEANWHILE);
            return "";
        });
        Job kept = jobs.get(job.id());
        assertThat(kept.state()).isEqualTo(JobState.CANCELLED);
        assertThat(kept.notes()).isEqualTo("Was there, replaced it");
        assertThat(photos.of(job.id())).hasSize(1);
    }

    @Test
    void anotherWindowMovesTheDueTimeAndAnAssignmentInTheEngineIsSeen() {
        String number = queue.released("east");
        Job job = jobs.byNumber(number).orElseThrow();
        Instant from = Queue.tomorrow().plus(Duration.ofDays(3));

        jobs.reschedule(job.id(), from, from.plus(Duration.ofHours(1)));
        tasks.setAssignee(task(job).getId(), "op-b");

        Job moved = jobs.get(job.id());
        assertThat(moved.order().windowFrom()).isEqualTo(from);
        assertThat(task(moved).getDueDate().toInstant()).isEqualTo(from.plus(Duration.ofHours(2)));
        assertThat(moved.assignee()).isEqualTo("op-b");
        tasks.setAssignee(task(job).getId(), null);
        assertThat(jobs.get(job.id()).assignee()).isNull();

        runtime.deleteProcessInstance(job.instanceId(), "gone");
        assertThat(jobs.get(job.id()).state()).isEqualTo(JobState.CANCELLED);
    }

    @Test
    void everyColumnOfAReleasedJobIsFilledInTheSameWay() {
        String number = queue.released("east");
        assertThat(db.sql("select * from job where number = ?")
                        .param(number)
                        .query()
                        .singleRow())
                .allSatisfy((column, value) -> assertThat(value == null)
                        .as(column)
                        .isEqualTo(Set.of("assignee", "ended_at", "ended_by").contains(column)));
    }

    @Test
    void theSqlOfJobsNamesTheirOwnTablesAlone() throws IOException {
        Pattern tables = Pattern.compile("(?i)(?<!for |do )\\b(?:from|into|update|join)\\s+([a-z_]+)");
        Set<String> named = new TreeSet<>();
        try (Stream<Path> files = Files.walk(Path.of("src/main/java/org/servicerecovery/job"))) {
            files.filter(Files::isRegularFile).forEach(file -> {
                try {
                    Matcher sql = Pattern.compile("\"\"\".*?\"\"\"|\"(?:[^\"\\\\\n]|\\\\.)*\"", Pattern.DOTALL)
                            .matcher(Files.readString(file));
                    while (sql.find()) {
                        Matcher table = tables.matcher(sql.group());
                        while (table.find()) {
                            named.add(table.group(1));
                        }
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
        assertThat(named).contains("job", "job_photo").allMatch(table -> table.matches("job|job_[a-z]+"), "job's own");
    }

    private java.util.Optional<String> photo(String number, long seed) throws IOException {
        byte[] bytes = Pictures.photo(400, 300, 1, seed);
        return photos.add(number, "a.jpg", () -> new ByteArrayInputStream(bytes), bytes.length);
    }

    private Task task(Job job) {
        return tasks.createTaskQuery().processInstanceId(job.instanceId()).singleResult();
    }

    private Job jobOf(Task task) {
        return jobs.lock("where instance_id = ?", task.getProcessInstanceId());
    }

    private String endOf(Job job) {
        return history.createHistoricActivityInstanceQuery()
                .processInstanceId(job.instanceId())
                .activityType("noneEndEvent")
                .singleResult()
                .getActivityId();
    }
}
