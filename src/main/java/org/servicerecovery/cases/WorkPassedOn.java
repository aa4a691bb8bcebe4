package org.servicerecovery.cases;

/** A task of this process instance is with somebody else now, and so is what comes after it there. */
public record WorkPassedOn(String processInstanceId, String from, String to) {}
