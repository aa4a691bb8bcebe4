package org.servicerecovery.workorder.pairs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Something that is to be done somewhere, in the words of two people who did not know of each other.
 *
 * @param texts two
 */
record Situation(
        String site,
        String contactName,
        String contactPhone,
        String skill,
        String area,
        String parts,
        int minutes,
        String priceReference,
        List<String> texts) {

    private static final Path OURS = Path.of("src/test/resources/jobs");
    private static final Pattern CONTACT = Pattern.compile("(.+?) (\\+?[0-9][0-9 ]{8,})");
    private static final String DOOR = "0113 496 0100";
    /** Those of the business as it is configured; whatever else is needed is done by the all-rounders. */
    static final Set<String> SKILLS = Set.of("plumbing", "heating", "electrical", "drainage", "roofing", "general");

    private static final List<String> AREAS = List.of("north", "east", "south", "west");

    /**
     * Ours, or those of the file named by {@code -Djobs.texts}: a heading, then lines with the cells id, skill, area, site,
     * contact, facts, parts, minutes, price reference, text, other text, with tabs between.
     */
    static List<Situation> all() throws IOException {
        String given = System.getProperty("jobs.texts");
        List<Situation> situations = new ArrayList<>();
        if (given != null) {
            for (String[] cells : cells(Path.of(given), true)) {
                situations.add(of(cells, cells[9], cells[10]));
            }
            return situations;
        }
        Map<String, String> texts = texts("texts-a.tsv");
        Map<String, String> others = texts("texts-b.tsv");
        for (String[] cells : cells(OURS.resolve("situations.tsv"), true)) {
            situations.add(of(cells, texts.get(cells[0]), others.get(cells[0])));
        }
        return situations;
    }

    private static Situation of(String[] cells, String text, String other) {
        Matcher contact = CONTACT.matcher(cells[4].strip());
        boolean hasPhone = contact.matches();
        return new Situation(
                cells[3],
                hasPhone ? contact.group(1) : cells[4],
                hasPhone ? contact.group(2) : DOOR,
                SKILLS.contains(cells[1]) ? cells[1] : "general",
                AREAS.contains(cells[2]) ? cells[2] : AREAS.get(Math.floorMod(cells[0].hashCode(), AREAS.size())),
                cells[6],
                Integer.parseInt(cells[7].strip()),
                cells[8].strip(),
                List.of(text, other));
    }

    private static Map<String, String> texts(String file) throws IOException {
        Map<String, String> texts = new HashMap<>();
        for (String[] cells : cells(OURS.resolve(file), false)) {
            texts.put(cells[0], cells[1]);
        }
        return texts;
    }

    private static List<String[]> cells(Path file, boolean heading) throws IOException {
        return Files.readAllLines(file, StandardCharsets.UTF_8).stream()
                .skip(heading ? 1 : 0)
                .filter(line -> !line.isBlank())
                .map(line -> line.split("\t", -1))
                .toList();
    }
}
