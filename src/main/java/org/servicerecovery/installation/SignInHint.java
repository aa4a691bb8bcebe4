package org.servicerecovery.installation;

import java.util.List;

/** Tells the person at the console who can sign in. Printed once the application has started. */
public interface SignInHint {

    /** Plain lines of text; none when there is nothing to tell. */
    List<String> lines();
}
