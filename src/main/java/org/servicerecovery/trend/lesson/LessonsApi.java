package org.servicerecovery.trend.lesson;

import java.util.List;
import org.servicerecovery.trend.taxonomy.Taxonomy;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** What was learned, over HTTP. */
@RestController
class LessonsApi {

    private final Taxonomy taxonomy;
    private final Lessons lessons;

    LessonsApi(Taxonomy taxonomy, Lessons lessons) {
        this.taxonomy = taxonomy;
        this.lessons = lessons;
    }

    /** What colleagues are to learn about a cause, newest first. */
    @GetMapping("/api/tags/{code}/training-notes")
    List<Lessons.TrainingNote> notes(@PathVariable String code) {
        return lessons.notesUnder(taxonomy.get(code));
    }
}
