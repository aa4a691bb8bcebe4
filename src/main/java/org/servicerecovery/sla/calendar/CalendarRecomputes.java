package org.servicerecovery.sla.calendar;

/** A new version of a calendar was saved that counts for open cases as well. Published within that transaction. */
public record CalendarRecomputes(String code, int version) {}
