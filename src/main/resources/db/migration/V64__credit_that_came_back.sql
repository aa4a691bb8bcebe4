-- What of a credit was taken back, or expired unused, came back to the business: it is no cost of recovery. The ledger books
-- it from the customer's credit to the adjustments, not against the cost; all else is as it was.
create or replace function trend_facts(zone text) returns setof trend_fact language sql stable as $$
  select c.id,
         (v.resolved_at at time zone zone)::date,
         m.tag_id,
         array(select b.tag_id from case_cause b where b.case_id = c.id and not b.main order by b.tag_id),
         v.tag_id,
         v.tag_label,
         c.customer_id,
         c.owner,
         nullif(o.team, ''),
         nullif(o.area, ''),
         nullif(o.product, ''),
         nullif(o.operative, ''),
         c.severity,
         c.failure_source,
         v.type,
         (c.opened_at at time zone zone)::date,
         n.finding,
         (n.found_at at time zone zone)::date,
         g.finding,
         g.decided_on,
         -- Not greatest alone: it leaves nulls out, and a case of which nothing was done would have been looked after at once.
         case when a.at is not null then greatest(0, extract(epoch from a.at - c.opened_at)) end::bigint,
         greatest(0, extract(epoch from v.resolved_at - c.opened_at))::bigint,
         k.met,
         coalesce(x.cost, '{}'),
         exists (select from case_epoch e where e.case_id = c.id and e.epoch > v.epoch and e.stage = y.stage),
         s.score,
         (s.answered_at at time zone zone)::date
    from case_cause m
    join recovery_case c on c.id = m.case_id
    join lateral (select * from resolution r where r.case_id = m.case_id order by r.epoch limit 1) v on true
    join case_epoch y on y.case_id = v.case_id and y.epoch = v.epoch
    left join case_origin o on o.case_id = m.case_id
    left join lateral (select r.finding, r.found_at from resolution r
                        where r.case_id = m.case_id and r.finding is not null order by r.epoch limit 1) n on true
    left join lateral (select r.finding, r.decided_on from regulator_finding r
                        where r.case_id = m.case_id order by r.decided_on desc, r.id desc limit 1) g on true
    left join lateral (select min(d.at) as at
                         from (select p.settled_at as at from plan_step p
                                where p.case_id = m.case_id and p.state = 'COMPLETED'
                               union all
                               select t.called_at from customer_call t join plan_step p on p.id = t.step_id
                                where p.case_id = m.case_id) d) a on true
    -- In time when none of its deadlines had passed at the next thing that happened to the clock, the end included.
    left join lateral (select not bool_or(coalesce(e.at > e.due_before, false)
                                          or coalesce(e.merged ->> 'missedAt', '') <> '') as met
                         from (select q.at, q.kind, q.merged, lag(q.due_at) over (order by q.seq) as due_before
                                 from clock_entry q
                                where q.case_id = v.case_id and q.epoch = v.epoch and q.clock = 'resolution') e
                       having bool_or(e.kind = 'STOPPED')) k on true
    left join lateral (select jsonb_object_agg(z.currency, z.amount) as cost
                         from (select t.currency,
                                      sum(case when d.code = 'RECOVERY_COST' then t.amount else -t.amount end) as amount
                                 from compensation u
                                 join ledger_transfer t on t.compensation_id = u.id
                                 join ledger_account d on d.id = t.debit_account
                                 join ledger_account h on h.id = t.credit_account
                                -- An array, so that each is looked up by the index.
                                where u.case_id = any(array(select m.case_id
                                                            union all
                                                            select case_family(w.id) from recovery_case w
                                                             where w.duplicate_of = m.case_id))
                                  and ('RECOVERY_COST' in (d.code, h.code)
                                       or (d.code, h.code) = ('CUSTOMER_CREDIT', 'ADJUSTMENTS'))
                                group by t.currency) z
                        where z.amount <> 0) x on true
    left join lateral (select i.score, i.answered_at from survey_invitation i
                        where i.case_id = m.case_id and i.answered_at is not null
                        order by i.epoch desc limit 1) s on true
   where m.main
     and c.state not in ('WITHDRAWN', 'DUPLICATE', 'OPENED_IN_ERROR')
     and (c.state = 'CLOSED' or exists (select from case_epoch e where e.case_id = v.case_id and e.epoch > v.epoch))
$$;

-- Cases of which something did: the next tick counts them again.
insert into trend_look_again (case_id)
  select distinct m.case_id
    from ledger_transfer t join compensation m on m.id = t.compensation_id
   where t.kind in ('CREDIT_EXPIRED', 'CREDIT_VOIDED');
