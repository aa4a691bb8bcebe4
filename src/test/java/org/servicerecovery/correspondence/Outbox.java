package org.servicerecovery.correspondence;

import java.nio.file.Path;
import java.util.Map;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.mail.javamail.JavaMailSender;
import org.springframework.mail.javamail.JavaMailSenderImpl;

/** The outbox, for tests of other features: mails go out when a test says so. */
public final class Outbox {

    private Outbox() {}

    public static void deliver(ApplicationContext application) {
        application.getBean(MailDelivery.class).deliver();
    }

    /** Everything is refused for good, as by a server that knows no such address. */
    public static void deliverToNobody(ApplicationContext application) throws Exception {
        try (SmtpServer refusing = new SmtpServer("550 5.1.1 Nobody of that name lives here")) {
            JavaMailSenderImpl smtp = refusing.sender();
            new MailDelivery(
                            application.getBean(MailTable.class),
                            application.getBean(Colleagues.class),
                            new StaticListableBeanFactory(Map.of("smtp", smtp)).getBeanProvider(JavaMailSender.class),
                            application.getBean(BouncesProperties.class),
                            application.getBean(PrivateLinks.class),
                            Path.of("target"),
                            "customer-care@localhost")
                    .deliver();
        }
    }
}
