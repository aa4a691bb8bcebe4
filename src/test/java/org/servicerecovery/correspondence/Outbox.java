package org.servicerecovery.correspondence;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.mail.javamail.JavaMailSender;

/** The outbox, for tests of other features: mails go out when a test says so. */
public final class Outbox {

    private Outbox() {}

    public static void deliver(ApplicationContext application) {
        application.getBean(MailDelivery.class).deliver();
    }

    /** Reads what came back to {@link org.servicerecovery.MailServer#BOUNCES}. */
    public static void readBounces(ApplicationContext application) {
        application.getBean(BounceMailbox.class).look();
    }

    /** Everything is refused for good, as by a server that knows no such address. */
    public static void deliverToNobody(ApplicationContext application) throws Exception {
        refused(
                application,
                mailing -> new MailDelivery(
                                application.getBean(MailTable.class),
                                application.getBean(Colleagues.class),
                                application.getBean(PrivateLinks.class),
                                mailing)
                        .deliver());
    }

    /** What is sent meanwhile is refused for good. */
    public static void refused(ApplicationContext application, Consumer<Mailing> sending) throws Exception {
        try (SmtpServer refusing = new SmtpServer("550 5.1.1 Nobody of that name lives here")) {
            sending.accept(mailing(application, refusing.sender()));
        }
    }

    /** To a mail server of a test's own. */
    static Mailing mailing(ApplicationContext application, JavaMailSender smtp) {
        return new Mailing(
                new StaticListableBeanFactory(Map.of("smtp", smtp)).getBeanProvider(JavaMailSender.class),
                application.getBean(BouncesProperties.class),
                Path.of("target"),
                "customer-care@localhost");
    }
}
