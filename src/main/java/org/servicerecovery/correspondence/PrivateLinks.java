package org.servicerecovery.correspondence;

import java.util.Optional;

/**
 * Links that are the customer's alone: whoever has one acts as the customer. So no mail is kept with one in it; they are
 * put in when the mail goes out.
 */
public interface PrivateLinks {

    /** What a template says where the link belongs. */
    String FIELD = "survey.link";

    /** The address, or empty when it leads nowhere any more and the mail is pointless. */
    Optional<String> link(String reference);
}
