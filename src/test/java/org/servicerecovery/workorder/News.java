package org.servicerecovery.workorder;

import org.springframework.context.ApplicationContext;

/** What became of jobs is told to their cases when a test says so. */
public final class News {

    private News() {}

    public static void tell(ApplicationContext application) {
        application.getBean(VisitNews.class).workOff();
    }
}
