package org.servicerecovery.trend.lesson;

import org.servicerecovery.Coded;

/** Who is to learn from a case: roles, never a person. */
enum Audience implements Coded {
    EVERYBODY("Everybody"),
    OPERATIVES("Operatives"),
    OFFICE("Office"),
    CASE_OWNERS("Case owners"),
    MANAGEMENT("Management");

    private final String label;

    Audience(String label) {
        this.label = label;
    }

    @Override
    public String label() {
        return label;
    }
}
