package org.servicerecovery.models;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.servicerecovery.TestDatabase;

/** The table step_type, as the migrations leave it. */
final class StepTypes {

    private StepTypes() {}

    /** Labels by code, in the order in which people see them. */
    static Map<String, String> ofThisRelease() {
        String url = TestDatabase.pristine();
        Flyway.configure().dataSource(url, null, null).load().migrate();
        Map<String, String> types = new LinkedHashMap<>();
        try (Connection connection = DriverManager.getConnection(url);
                ResultSet rows = connection
                        .createStatement()
                        .executeQuery("select code, label from step_type order by position")) {
            while (rows.next()) {
                types.put(rows.getString("code"), rows.getString("label"));
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return types;
    }
}
