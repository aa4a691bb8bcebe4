package org.servicerecovery.correspondence;

import java.util.List;
import java.util.Optional;

/** The e-mail addresses of the people who work here, as they are known at this moment. */
public interface Colleagues {

    /** Empty when there is no such person, or no address of theirs is known. */
    Optional<String> addressOf(String userId);

    /** The addresses of everybody in one of these groups, each once. */
    List<String> addressesOf(List<String> groupIds);
}
