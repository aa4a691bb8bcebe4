package org.servicerecovery.access;

/** The roles of the domain. Each is a Camunda group, so that Camunda Admin is where people are given roles. */
public enum Role {
    BUSINESS_OWNER("business-owner", "Business owner"),
    OFFICE_MANAGER("office-manager", "Office manager"),
    CX_LEAD("cx-lead", "Customer-experience lead"),
    CASE_OWNER("case-owner", "Case owner"),
    MANAGER("manager", "Manager"),
    REVIEWER("reviewer", "Reviewer"),
    ACCOUNTANT("accountant", "Accountant"),
    PROCESS_DESIGNER("process-designer", "Process designer"),
    DISPATCHER("dispatcher", "Dispatcher"),
    OPERATIVE("operative", "Operative"),
    ADMINISTRATOR("camunda-admin", "Administrator");

    private final String groupId;
    private final String title;

    Role(String groupId, String title) {
        this.groupId = groupId;
        this.title = title;
    }

    /** The group's id in the engine, which is also the authority a signed-in person carries. */
    public String groupId() {
        return groupId;
    }

    public String title() {
        return title;
    }
}
