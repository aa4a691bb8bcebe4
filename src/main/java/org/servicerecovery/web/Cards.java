package org.servicerecovery.web;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.cases.Actor;
import org.servicerecovery.cases.CaseAccess;
import org.servicerecovery.engine.CaseOfTask;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * What the cards of Tasklist's lists tell beside what the engine knows: whose case it is and what a step is for. Names of
 * customers are not kept in the engine, so the cards ask here.
 */
@Component
class Cards {

    /** @param step its number in the plan, where the task is a step's */
    record CardJson(
            String task,
            String number,
            String customer,
            @Nullable Integer step,
            @Nullable String purpose) {}

    record CardsJson(List<CardJson> cards) {}

    private final JdbcClient db;
    private final CaseOfTask engine;
    private final CaseAccess access;

    Cards(JdbcClient db, CaseOfTask engine, CaseAccess access) {
        this.db = db;
        this.engine = engine;
        this.access = access;
    }

    /** Of those of the tasks that the current user may read, and whose case they may see; others are left out. */
    @Transactional(readOnly = true)
    CardsJson of(List<String> taskIds) {
        Actor reader = Actor.current();
        Map<String, String> instances = engine.instances(taskIds, reader.id(), reader.groups());
        if (instances.isEmpty()) {
            return new CardsJson(List.of());
        }
        Map<String, Object> params = new HashMap<>();
        String visible = access.visible(params);
        params.put("instances", new TreeSet<>(instances.values()));
        Map<String, CardJson> byInstance = new HashMap<>();
        db.sql("""
                        select i.instance_id, c.number, u.name, s.seq, s.purpose
                          from case_instance i
                          left join plan_step s on s.id = i.step_id
                          join recovery_case c on c.id = i.case_id
                          join customer u on u.id = c.customer_id
                         where i.instance_id in (:instances) and\s""" + visible)
                .params(params)
                .query((row, n) -> byInstance.put(
                        row.getString("instance_id"),
                        new CardJson(
                                "",
                                row.getString("number"),
                                row.getString("name"),
                                row.getObject("seq", Integer.class),
                                row.getString("purpose"))))
                .list();
        List<CardJson> cards = new ArrayList<>();
        instances.forEach((task, instance) -> {
            CardJson card = byInstance.get(instance);
            if (card != null) {
                cards.add(new CardJson(task, card.number(), card.customer(), card.step(), card.purpose()));
            }
        });
        return new CardsJson(cards);
    }
}
