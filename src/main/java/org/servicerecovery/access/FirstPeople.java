package org.servicerecovery.access;

/** Who is there when the application starts for the first time. Called at every start, with the roles in place. */
interface FirstPeople {

    void arrive();
}
