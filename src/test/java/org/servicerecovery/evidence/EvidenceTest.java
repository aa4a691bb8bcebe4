package org.servicerecovery.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.drew.imaging.ImageMetadataReader;
import com.drew.metadata.Metadata;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.exif.GpsDirectory;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.imageio.ImageIO;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.servicerecovery.Loop;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.Visitor;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.Journal;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.files.Contents;
import org.servicerecovery.files.Pictures;
import org.servicerecovery.plan.NewStep;
import org.servicerecovery.plan.Plan;
import org.servicerecovery.plan.StepState;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

@RunningApplication
class EvidenceTest {

    private static final String STRANGER = "test-stranger-to-the-photos";

    @LocalServerPort
    int port;

    @Autowired
    ApplicationContext application;

    @Autowired
    IdentityService identities;

    @Autowired
    TaskService tasks;

    @Autowired
    Plan plan;

    @Autowired
    Journal journal;

    @Autowired
    Contents contents;

    @Autowired
    JdbcClient db;

    @Autowired
    Clock clock;

    @Autowired
    ObjectMapper json;

    Loop loop;
    Visitor owner;
    Visitor lead;
    RecoveryCase found;
    String number = "";

    @BeforeEach
    void aCaseWhosePlanIsPhotos() {
        loop = new Loop(application);
        owner = as(loop.owner());
        lead = as(loop.person(Role.CX_LEAD));
        found = loop.opened(Severity.MINOR);
        number = found.number().value();
        loop.does(
                Role.CASE_OWNER,
                () -> plan.finish(
                        found.number(), List.of(new NewStep("photos-of-correction", "Show the valve", null))));
        found = loop.again(found);
    }

    @AfterEach
    void timeGoesOn() {
        ClockUtil.reset();
    }

    @Test
    void aPhotoOf12MegapixelsIsKeptAsItIsButForWhereItWasTaken() throws Exception {
        byte[] sent = Pictures.photo(4000, 3000, 6, 1);
        Metadata before = ImageMetadataReader.readMetadata(new ByteArrayInputStream(sent));
        assertThat(before.getDirectoriesOfType(GpsDirectory.class)).isNotEmpty();

        JsonNode answer =
                added(Upload.of("C:\\fakepath\\kitchen.jpg", sent).toStep(1).by(owner, number));

        assertThat(answer.get("name").asText()).isEqualTo("kitchen.jpg");
        assertThat(answer.get("stepSeq").asInt()).isEqualTo(1);
        assertThat(answer.get("type").asText()).isEqualTo("image/jpeg");
        // As seen: it asks to be turned by a quarter.
        assertThat(answer.get("width").asInt()).isEqualTo(3000);
        assertThat(answer.get("height").asInt()).isEqualTo(4000);
        assertThat(answer.get("originalSha256").asText()).isEqualTo(sha256(sent));
        HttpResponse<byte[]> kept = bytes(owner, answer, "");
        assertThat(kept.headers().firstValue("Content-Type")).hasValue("image/jpeg");
        assertThat(kept.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(kept.headers().firstValue("Content-Security-Policy").orElse(""))
                .contains("sandbox");
        assertThat(kept.headers().firstValue("Cache-Control").orElse("")).contains("private");
        assertThat(kept.headers().firstValue("Content-Disposition").orElse("")).startsWith("inline");
        assertThat(kept.body()).hasSize(answer.get("size").asInt());
        assertThat(text(kept.body())).doesNotContain(Pictures.PLACE, "GPS", "a film");
        Metadata after = ImageMetadataReader.readMetadata(new ByteArrayInputStream(kept.body()));
        assertThat(after.getDirectoriesOfType(GpsDirectory.class)).isEmpty();
        assertThat(after.getFirstDirectoryOfType(ExifIFD0Directory.class).getInt(ExifIFD0Directory.TAG_ORIENTATION))
                .isEqualTo(6);
        assertThat(after.getFirstDirectoryOfType(ExifIFD0Directory.class).getTagCount())
                .isEqualTo(1);
        assertThat(pixels(kept.body())).isEqualTo(pixels(sent));

        BufferedImage small = image(bytes(owner, answer, "/thumbnail").body());
        assertThat(small.getWidth()).isEqualTo(360);
        assertThat(small.getHeight()).isEqualTo(480);
        // Stored first, seen at the top right.
        assertThat(isRed(small, 340, 20)).isTrue();
        assertThat(isRed(small, 20, 20)).isFalse();
        assertThat(isRed(small, 340, 460)).isFalse();
        assertThat(journal.of(found.id())).last().satisfies(entry -> {
            assertThat(entry.kind()).isEqualTo("photo added");
            assertThat(entry.content()).containsEntry("sha256", sha256(sent)).containsEntry("step", 1);
        });
        assertThat(json.readTree(owner.get("/api/cases/" + number).body())
                        .at("/files/0/name")
                        .asText())
                .isEqualTo("kitchen.jpg");
        // A browser asks each time, and is told that nothing changed.
        String tag = kept.headers().firstValue("ETag").orElseThrow();
        assertThat(owner.send(owner.request(path(answer, ""))
                                .header("If-None-Match", tag)
                                .GET())
                        .statusCode())
                .isEqualTo(304);
    }

    @Test
    void pngAndWebpLoseWhatTheyTellAsWellAndAPdfIsOnlyEverDownloaded() throws Exception {
        JsonNode png = added(Upload.of("door.png", Pictures.png(300, 200, 2)).by(owner, number));
        JsonNode webp = added(Upload.of("pixel.webp", Pictures.webp()).by(owner, number));
        JsonNode pdf = added(Upload.of("letter.jpg", Pictures.pdf()).by(owner, number));

        byte[] keptPng = bytes(owner, png, "").body();
        assertThat(text(keptPng)).doesNotContain(Pictures.PLACE, "tEXt");
        assertThat(pixels(keptPng)).isEqualTo(pixels(Pictures.png(300, 200, 2)));
        byte[] keptWebp = bytes(owner, webp, "").body();
        assertThat(webp.get("type").asText()).isEqualTo("image/webp");
        assertThat(text(keptWebp)).doesNotContain(Pictures.PLACE, "XMP");
        assertThat(ImageMetadataReader.readMetadata(new ByteArrayInputStream(keptWebp))
                        .getFirstDirectoryOfType(ExifIFD0Directory.class)
                        .getInt(ExifIFD0Directory.TAG_ORIENTATION))
                .isEqualTo(6);
        assertThat(image(keptWebp).getWidth()).isEqualTo(1);
        HttpResponse<byte[]> document = bytes(owner, pdf, "");
        assertThat(pdf.get("photo").asBoolean()).isFalse();
        assertThat(document.body()).isEqualTo(Pictures.pdf());
        assertThat(document.headers().firstValue("Content-Type")).hasValue("application/pdf");
        assertThat(document.headers().firstValue("Content-Disposition").orElse(""))
                .startsWith("attachment");
        assertThat(bytes(owner, pdf, "/thumbnail").statusCode()).isEqualTo(404);
    }

    @Test
    void whatIsNoPhotoIsRefusedWithASentenceWhateverItIsCalled() throws Exception {
        byte[] photo = Pictures.photo(400, 300, 1, 3);
        Map<String, byte[]> sent = Map.of(
                "This is a program, whatever its name says.", Pictures.program(),
                "This is an SVG drawing, which can carry code.", Pictures.svg(),
                "This is a HEIC or AVIF photo", Pictures.heic(),
                "The picture is damaged or not complete", Arrays.copyOf(photo, photo.length / 2),
                "The file is empty.", new byte[0],
                "The picture measures 20000 × 20000 pixels; at most 50 megapixels are taken.", Pictures.bomb(20_000),
                "it looks like text/html", "<html><script>alert(1)</script></html>".getBytes(StandardCharsets.UTF_8),
                "it looks like application/zip", new byte[] {'P', 'K', 3, 4, 20, 0, 0, 0, 0, 0});
        sent.forEach((sentence, bytes) -> {
            HttpResponse<String> answer = Upload.of("kitchen.jpg", bytes).by(owner, number);
            assertThat(answer.statusCode()).as(sentence).isEqualTo(400);
            assertThat(problem(answer, "/errors/0/field")).isEqualTo("files");
            assertThat(problem(answer, "/errors/0/message")).contains(sentence);
        });
        for (byte[] cut : List.of(Arrays.copyOf(Pictures.png(100, 100, 4), 400), Arrays.copyOf(Pictures.webp(), 60))) {
            assertThat(problem(Upload.of("kitchen.jpg", cut).by(owner, number), "/detail"))
                    .contains("The picture is damaged or not complete");
        }
        HttpResponse<String> nothing = new Upload().toStep(1).by(owner, number);
        assertThat(problem(nothing, "/errors/0/field")).isEqualTo("files");
        assertThat(nothing.statusCode()).isEqualTo(400);
        assertThat(rows("case_file where case_id = " + found.id())).isZero();

        // In the reader's language.
        HttpResponse<String> german =
                new Upload().and("a.jpg", new byte[0]).inGerman().by(owner, number);
        assertThat(problem(german, "/detail")).contains("Die Datei ist leer.");
    }

    @Test
    void twoHundredMegabytesAreRefusedWithASentenceAndNotWithABrokenConnection() throws Exception {
        Path large = Files.createTempFile(Path.of("target"), "large", ".jpg");
        try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
            file.write(Pictures.photo(100, 100, 1, 5));
            file.setLength(200L << 20);
        }
        HttpResponse<String> refused = new Upload().and("film.jpg", large).by(owner, number);
        assertThat(refused.statusCode()).isEqualTo(413);
        assertThat(problem(refused, "/detail"))
                .isEqualTo("What was sent is too large: a file may have 25 MB at most. Nothing of it was kept.");
        try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
            file.setLength((25L << 20) + 1);
        }
        assertThat(new Upload().and("film.jpg", large).by(owner, number).statusCode())
                .isEqualTo(413);
        Files.delete(large);
        // The connection is as good as before.
        assertThat(files()).isEmpty();
    }

    @Test
    void manyAtOnceAreAnsweredOneByOneUpToTheMostOfACase() throws Exception {
        Upload many = new Upload();
        for (int i = 0; i < 40; i++) {
            many.and("photo " + i + ".png", Pictures.png(20, 20, 100 + i));
        }
        many.and("program.png", Pictures.program()).and("again.png", Pictures.png(20, 20, 100));
        many.and("one too many.png", Pictures.png(20, 20, 99));

        JsonNode answers = json.readTree(ok(many.by(owner, number)).body());

        assertThat(answers).hasSize(43);
        assertThat(answers.findValuesAsText("outcome").subList(0, 40)).containsOnly("added");
        assertThat(answers.get(40).get("message").asText()).startsWith("This is a program");
        assertThat(answers.get(41).get("outcome").asText()).isEqualTo("already-there");
        assertThat(answers.get(41).get("message").asText())
                .isEqualTo("This file is on the case already, as photo 0.png.");
        assertThat(answers.get(42).get("message").asText()).startsWith("The case has 40 files, and takes no more.");
        assertThat(rows("case_file where case_id = " + found.id())).isEqualTo(40);
    }

    @Test
    void theSamePhotoSentByTwoAtOnceIsKeptOnce() throws Exception {
        byte[] photo = Pictures.photo(600, 400, 1, 7);
        ExecutorService people = Executors.newFixedThreadPool(4);
        List<Future<String>> sending = new ArrayList<>();
        for (Visitor visitor : List.of(owner, lead, as(loop.owner()), as(loop.person(Role.MANAGER)))) {
            Callable<String> send = () -> json.readTree(
                            ok(Upload.of("same.jpg", photo).by(visitor, number)).body())
                    .at("/0/outcome")
                    .asText();
            sending.add(people.submit(send));
        }
        List<String> outcomes = new ArrayList<>();
        for (Future<String> each : sending) {
            outcomes.add(each.get());
        }
        people.shutdown();
        assertThat(outcomes).containsExactlyInAnyOrder("added", "already-there", "already-there", "already-there");
        assertThat(rows("case_file where case_id = " + found.id())).isEqualTo(1);
        contents.sweep();
        assertThat(rows("file_content where state <> 'KEPT'")).isZero();
    }

    @Test
    void theStepIsCompletedWithAPhotoOnlyOnEveryRouteAndSkippedWithoutOne() throws Exception {
        String complete = "{\"outcome\":\"completed\",\"notes\":\"The valve is tight.\"}";
        HttpResponse<String> byApi = owner.post("/api/cases/" + number + "/steps/1/outcome", complete);
        assertThat(byApi.statusCode()).isEqualTo(400);
        assertThat(problem(byApi, "/errors/0/field")).isEqualTo("outcome");
        assertThat(problem(byApi, "/errors/0/message")).startsWith("cannot be \"Completed\" before there is a photo.");
        String task = stepTask().getId();
        String form = "{\"variables\":{\"outcome\":{\"value\":\"completed\"},\"notes\":{\"value\":\"Tight.\"}}}";
        for (String route : List.of("/submit-form", "/complete")) {
            HttpResponse<String> byEngine = owner.post("/engine-rest/task/" + task + route, form);
            assertThat(byEngine.statusCode()).isEqualTo(400);
            assertThat(byEngine.body()).contains("before there is a photo");
        }
        // A document is no photo, and a photo of the case is none of the step until it is sent for it.
        added(Upload.of("letter.pdf", Pictures.pdf()).toStep(1).by(owner, number));
        byte[] photo = Pictures.photo(400, 300, 1, 8);
        added(Upload.of("valve.jpg", photo).by(owner, number));
        assertThat(owner.post("/api/cases/" + number + "/steps/1/outcome", complete)
                        .statusCode())
                .isEqualTo(400);
        JsonNode ofStep = added(Upload.of("valve.jpg", photo).toStep(1).by(owner, number));
        assertThat(ofStep.get("stepSeq").asInt()).isEqualTo(1);
        ok(owner.post("/api/cases/" + number + "/steps/1/outcome", complete));

        // From then on it stays, but for a lead that puts a better one in its place.
        assertThat(owner.call("DELETE", path(ofStep, ""), reason("blurred")).statusCode())
                .isEqualTo(403);
        HttpResponse<String> last = lead.call("DELETE", path(ofStep, ""), reason("shows somebody"));
        assertThat(last.statusCode()).isEqualTo(409);
        assertThat(problem(last, "/detail")).startsWith("This is the only photo of step 1");
        assertThat(Upload.of("b.jpg", Pictures.photo(40, 30, 1, 9))
                        .toStep(1)
                        .by(owner, number)
                        .statusCode())
                .isEqualTo(409);
        added(Upload.of("b.jpg", Pictures.photo(40, 30, 1, 9)).toStep(1).by(lead, number));
        ok(lead.call("DELETE", path(ofStep, ""), reason("shows somebody")));

        RecoveryCase other = loop.opened(Severity.MINOR);
        loop.does(
                Role.CASE_OWNER,
                () -> plan.finish(other.number(), List.of(new NewStep("photos-of-correction", "", null))));
        ok(owner.post(
                "/api/cases/" + other.number() + "/steps/1/outcome",
                "{\"outcome\":\"skipped\",\"notes\":\"Nothing to see.\"}"));
        assertThat(plan.step(loop.again(other), 1).state()).isEqualTo(StepState.SKIPPED);
    }

    @Test
    void whoMayNotSeeTheCaseSeesNoPhotoAndWhoHasItsTaskDoes() throws Exception {
        TestPeople.person(identities, STRANGER, Role.CASE_OWNER);
        Visitor stranger = as(STRANGER);
        JsonNode photo = added(Upload.of("valve.jpg", Pictures.photo(400, 300, 1, 10))
                .toStep(1)
                .by(owner, number));
        for (String what : List.of("", "/thumbnail")) {
            assertThat(bytes(stranger, photo, what).statusCode()).isEqualTo(403);
            assertThat(bytes(as(loop.person(Role.REVIEWER)), photo, what).statusCode())
                    .isEqualTo(200);
            // The photo of another case under the number of one's own.
            RecoveryCase own = loop.opened(Severity.MINOR);
            assertThat(owner.get("/api/cases/" + own.number() + "/photos/" + photo.get("id") + what)
                            .statusCode())
                    .isEqualTo(404);
        }
        assertThat(stranger.get("/api/cases/" + number + "/photos").statusCode())
                .isEqualTo(403);
        byte[] another = Pictures.photo(40, 30, 1, 11);
        assertThat(Upload.of("b.jpg", another).toStep(1).by(stranger, number).statusCode())
                .isEqualTo(403);
        assertThat(Upload.of("b.jpg", another)
                        .by(as(loop.person(Role.REVIEWER)), number)
                        .statusCode())
                .isEqualTo(403);

        tasks.setAssignee(stepTask().getId(), STRANGER);
        JsonNode theirs = added(Upload.of("b.jpg", another).toStep(1).by(stranger, number));
        assertThat(bytes(stranger, photo, "/thumbnail").statusCode()).isEqualTo(200);

        assertThat(stranger.call("DELETE", path(photo, ""), reason("not mine")).statusCode())
                .isEqualTo(403);
        HttpResponse<String> why = stranger.call("DELETE", path(theirs, ""), "{}");
        assertThat(problem(why, "/errors/0/field")).isEqualTo("reason");
        ok(stranger.call("DELETE", path(theirs, ""), reason("blurred")));
        assertThat(journal.of(found.id())).last().satisfies(entry -> {
            assertThat(entry.kind()).isEqualTo("photo removed");
            assertThat(entry.actor()).isEqualTo(STRANGER);
            assertThat(entry.content()).containsEntry("reason", "blurred").containsEntry("name", "b.jpg");
        });
        assertThat(stranger.get(path(theirs, "")).statusCode()).isEqualTo(404);
        ok(lead.call("DELETE", path(photo, ""), reason("not the valve")));
        contents.sweep();
        assertThat(rows("file_piece p join file_content c on c.key = p.content where c.state <> 'KEPT'"))
                .isZero();
        assertThat(files()).isEmpty();
    }

    @Test
    void aCaseThatIsOverTakesNoFiles() {
        ok(owner.post("/api/cases/" + number + "/withdrawal", reason("not ours")));
        HttpResponse<String> late =
                Upload.of("valve.jpg", Pictures.photo(40, 30, 1, 12)).by(owner, number);
        assertThat(late.statusCode()).isEqualTo(409);
        assertThat(problem(late, "/detail"))
                .isEqualTo("Case " + number + " is over: it takes no more files. Open it again first.");
    }

    @Test
    void whatDiesBetweenTheBytesAndTheCommitIsSweptAndCannotBeKeptAfterwards() throws Exception {
        Path file = Files.write(Files.createTempFile(Path.of("target"), "piece", ".jpg"), new byte[1_500_000]);
        UUID key = contents.write(file);
        contents.sweep();
        assertThat(rows("file_piece where content = '" + key + "'")).isEqualTo(3);

        Loop.itIs(clock.instant().plus(Duration.ofHours(2)));
        contents.sweep();

        assertThat(rows("file_piece where content = '" + key + "'")).isZero();
        assertThat(rows("file_content where key = '" + key + "'")).isZero();
        assertThatThrownBy(() -> contents.open(key)).isInstanceOf(Exception.class);
        Boolean kept = new TransactionTemplate(application.getBean(PlatformTransactionManager.class))
                .execute(status -> contents.keep(key));
        assertThat(kept).isFalse();
        Files.delete(file);
    }

    private Visitor as(String person) {
        return Visitor.withBasic(port, person, TestPeople.PASSWORD);
    }

    private JsonNode files() throws IOException {
        return json.readTree(ok(owner.get("/api/cases/" + number + "/photos")).body())
                .get("files");
    }

    private Task stepTask() {
        return tasks.createTaskQuery()
                .processInstanceId(plan.step(found, 1).processInstanceId())
                .singleResult();
    }

    private JsonNode added(HttpResponse<String> answer) throws IOException {
        JsonNode one = json.readTree(ok(answer).body()).get(0);
        assertThat(one.get("outcome").asText()).as(answer.body()).isEqualTo("added");
        return one.get("file");
    }

    private static HttpResponse<String> ok(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
        return answer;
    }

    private String problem(HttpResponse<String> answer, String pointer) {
        try {
            return json.readTree(answer.body()).at(pointer).asText();
        } catch (IOException e) {
            throw new AssertionError(answer.body(), e);
        }
    }

    private static String reason(String why) {
        return "{\"reason\":\"" + why + "\"}";
    }

    private String path(JsonNode file, String what) {
        return "/api/cases/" + number + "/photos/" + file.get("id").asLong() + what;
    }

    private HttpResponse<byte[]> bytes(Visitor visitor, JsonNode file, String what) {
        return visitor.bytes(path(file, what));
    }

    private long rows(String from) {
        return db.sql("select count(*) from " + from).query(Long.class).single();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static BufferedImage image(byte[] bytes) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(bytes));
    }

    private static int[] pixels(byte[] bytes) throws IOException {
        BufferedImage image = image(bytes);
        return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    }

    private static boolean isRed(BufferedImage image, int x, int y) {
        int rgb = image.getRGB(x, y);
        return ((rgb >> 16) & 0xff) > 200 && ((rgb >> 8) & 0xff) < 60 && (rgb & 0xff) < 60;
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
