package org.servicerecovery.installation;

import java.util.List;

/** Tells the operator at start who can sign in. Every bean of this type adds its lines to the console. */
public interface SignInHint {

    /** Whole lines, without line breaks; empty when there is nothing to tell. */
    List<String> lines();
}
