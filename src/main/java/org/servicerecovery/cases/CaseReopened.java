package org.servicerecovery.cases;

/** A case that was over is worked again. Published within the transaction that opens it, before its process starts. */
public record CaseReopened(long caseId, int epoch) {}
