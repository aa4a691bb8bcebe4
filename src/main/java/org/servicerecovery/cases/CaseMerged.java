package org.servicerecovery.cases;

/** A case ended as a duplicate of another one that goes on; each as it stood before. Both are locked. */
public record CaseMerged(RecoveryCase duplicate, RecoveryCase goesOn) {}
