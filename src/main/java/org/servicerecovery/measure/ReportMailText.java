package org.servicerecovery.measure;

import org.servicerecovery.BusinessZone;
import org.servicerecovery.Messages;
import org.servicerecovery.correspondence.PrintedPages;
import org.servicerecovery.measure.MeasuresApi.FigureJson;
import org.springframework.stereotype.Component;

/** What stands in the mail that the report goes along with: figures, and nothing of a case or a person. */
@Component
class ReportMailText {

    private static final String PAGE = "/camunda/app/cockpit/default/#/recovery";

    private final ReportProperties properties;
    private final PrintedPages pages;
    private final BusinessZone zone;

    ReportMailText(ReportProperties properties, PrintedPages pages, BusinessZone zone) {
        this.properties = properties;
        this.pages = pages;
        this.zone = zone;
    }

    String subject(Week week) {
        return pages.sender() + ": " + RecoveryReport.title(week);
    }

    String body(Week week, Recovery.RecoveryJson data) {
        ReportWords words = ReportWords.ofReader(zone.id());
        StringBuilder body = new StringBuilder(Messages.text(
                        "report.mail.attached",
                        String.valueOf(week.number()),
                        words.longDay(week.monday()),
                        words.longDay(week.sunday())))
                .append("\n\n");
        FigureJson upheld = data.course(Measures.UPHELD).whole().get(0);
        body.append(
                        upheld.value() == null
                                ? Messages.text("recovery.undecided")
                                : Messages.text(
                                        Messages.ofCount("report.mail.upheld", upheld.denominator()),
                                        words.percent(upheld.value()),
                                        words.number(upheld.numerator()),
                                        words.number(upheld.denominator()),
                                        words.month(data.to())))
                .append('\n');
        RightNow.Escalations escalations = data.escalations();
        if (escalations != null) {
            body.append(Messages.text("report.mail.escalated", words.number(escalations.all())))
                    .append('\n');
        }
        body.append('\n')
                .append(
                        properties.url().isBlank()
                                ? Messages.text("report.mail.stop")
                                : Messages.text("report.mail.stopAt", link()));
        return body.append('\n').toString();
    }

    private String link() {
        return properties.url().strip().replaceAll("/+$", "") + PAGE;
    }
}
