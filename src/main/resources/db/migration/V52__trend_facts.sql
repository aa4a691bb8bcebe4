-- What figures are counted from. Facts stand in the tables of those who own them; what is here can always be counted anew.

-- One row a counted case, as it was counted last. A case counts once: under its main cause, by its first verdict. What it
-- is made from has the foreign keys; here they would be checked again with every closing.
create table trend_fact (
  case_id             bigint  primary key,
  -- Days are those of the business, in its time zone.
  resolved_on         date    not null,
  tag_id              bigint  not null,
  -- Named beside the main cause.
  further_tags        bigint[] not null,
  -- What was said when the case was closed, and how that was called then.
  tag_at_close        bigint  not null,
  label_at_close      text    not null,
  customer_id         bigint  not null,
  owner               text,
  team                text,
  area                text,
  product             text,
  operative           text,
  severity            text    not null,
  source              text    not null,
  resolution_type     text    not null,
  opened_on           date    not null,
  -- The first verdict that somebody gave, and when; the regulator's own stands beside it.
  finding             text,
  found_on            date,
  regulator_finding   text,
  regulator_found_on  date,
  -- Seconds since the case was opened: to the first call or finished step, and to the first resolution.
  to_first_action     bigint,
  to_resolution       bigint  not null,
  -- Whether the resolution clock of that epoch stopped in time; null where it had none.
  deadline_met        boolean,
  -- By currency, such as {"EUR": 120.0000}: what the ledger says recovery cost, with cases that were merged into it.
  cost                jsonb   not null,
  -- Opened again after its first verdict (a review of the answer is none).
  reopened            boolean not null,
  -- The customer's last answer, 1 to 5, and its day.
  satisfaction        int,
  satisfied_on        date
);
-- The cases of a cluster, and those of an owner, in some time.
create index trend_fact_cluster_idx on trend_fact (tag_id, resolved_on);
create index trend_fact_owner_idx on trend_fact (owner, resolved_on);
-- Cases are resolved about in the order in which their rows are written.
create index trend_fact_resolved_idx on trend_fact using brin (resolved_on) with (pages_per_range = 16);

-- What a change of a case's facts takes from the figures (-1: the row as it was) and adds to them (1: as it is). Only
-- appended to, so that no two closings wait for each other; a tick folds it into the roll-up and takes it away.
create table trend_change (
  id   bigint generated always as identity primary key,
  sign smallint not null check (sign in (-1, 1)),
  like trend_fact
);

-- How often, and how much, by month. What the series are says trend_parts below.
create table trend_rollup (
  series text    not null,
  -- 0 where causes are not told apart.
  tag_id bigint  not null,
  key    text    not null,
  month  date    not null,
  cases  bigint  not null,
  total  numeric not null,
  primary key (series, tag_id, key, month)
);
create index trend_rollup_month_idx on trend_rollup (series, month) include (tag_id, key, cases, total);
-- Removed after each fold.
create index trend_rollup_empty_idx on trend_rollup (month) where cases = 0 and total = 0;

-- The band of a duration, in three digits so that bands sort as text: 000 from 1 second, 008 from 2, 016 from 4 and so on.
create function trend_band(seconds bigint) returns text language sql immutable parallel safe return
  case when seconds is not null
       then lpad(floor(8 * ln(greatest(seconds, 1)::float8) / ln(2::float8) + 1e-9)::int::text, 3, '0') end;

-- What one case adds to the roll-up under one series. By the month of its resolution unless said otherwise:
--   tag             the cause, as it stands on the case now (merges and families are put together by the reader)
--   was             the cause as it was said at closing, with its label of that day
--   team, area, product, operative   the cause, by these
-- and, causes not told apart (tag_id is 0):
--   finding, regulator               verdicts, by the month in which they were given
--   deadline        MET or MISSED
--   resolution-type
--   reopened        YES or NO
--   first-action, resolution         how long it took: seconds in total, and how many in each band; eight bands double
--                   the time, so that a median read from them is off by 5 % at most
--   cost            by currency
--   satisfaction    by score, and by the month of the answer
create function trend_part(f trend_fact, wanted text)
  returns table (tag_id bigint, key text, month date, cases bigint, total numeric)
  language sql immutable parallel safe as $$
  select p.tag_id, p.key, date_trunc('month', p.day::timestamp)::date, 1::bigint, p.total
    from (select case when wanted = 'was' then f.tag_at_close
                      when wanted in ('tag', 'team', 'area', 'product', 'operative') then f.tag_id
                      else 0 end,
                 case wanted when 'tag' then ''
                             when 'was' then f.label_at_close
                             when 'team' then f.team
                             when 'area' then f.area
                             when 'product' then f.product
                             when 'operative' then f.operative
                             when 'finding' then f.finding
                             when 'regulator' then f.regulator_finding
                             when 'deadline' then case when f.deadline_met then 'MET' when not f.deadline_met then 'MISSED' end
                             when 'resolution-type' then f.resolution_type
                             when 'reopened' then case when f.reopened then 'YES' else 'NO' end
                             when 'first-action' then trend_band(f.to_first_action)
                             when 'resolution' then trend_band(f.to_resolution)
                             when 'cost' then c.currency
                             when 'satisfaction' then f.satisfaction::text end,
                 case wanted when 'finding' then f.found_on
                             when 'regulator' then f.regulator_found_on
                             when 'satisfaction' then f.satisfied_on
                             else f.resolved_on end,
                 case wanted when 'first-action' then f.to_first_action::numeric
                             when 'resolution' then f.to_resolution
                             when 'cost' then c.amount::numeric
                             when 'satisfaction' then f.satisfaction
                             else 0 end
            -- One row, but for the cost: one for each currency.
            from jsonb_each_text(case wanted when 'cost' then f.cost else '{"": "0"}' end) c (currency, amount)
         ) p (tag_id, key, day, total)
   where p.key is not null and p.day is not null
$$;

-- All of them.
create function trend_parts(f trend_fact)
  returns table (series text, tag_id bigint, key text, month date, cases bigint, total numeric)
  language sql immutable parallel safe as $$
  select s.series, p.tag_id, p.key, p.month, p.cases, p.total
    from (values ('tag'), ('was'), ('team'), ('area'), ('product'), ('operative'), ('finding'), ('regulator'),
                 ('deadline'), ('resolution-type'), ('reopened'), ('first-action'), ('resolution'), ('cost'),
                 ('satisfaction')) s (series)
   cross join lateral trend_part(f, s.series) p
$$;

-- What was not folded yet, as parts.
create view trend_unfolded (series, tag_id, key, month, cases, total) as
  select p.series, p.tag_id, p.key, p.month, c.sign * p.cases, c.sign * p.total
    from trend_change c
   cross join lateral trend_parts(
              row(c.case_id, c.resolved_on, c.tag_id, c.further_tags, c.tag_at_close, c.label_at_close, c.customer_id,
                  c.owner, c.team, c.area, c.product, c.operative, c.severity, c.source, c.resolution_type,
                  c.opened_on, c.finding, c.found_on, c.regulator_finding, c.regulator_found_on, c.to_first_action,
                  c.to_resolution, c.deadline_met, c.cost, c.reopened, c.satisfaction,
                  c.satisfied_on)::trend_fact) p;

-- What readers add up: always exact, whether or not the tick has been.
create view trend_count (series, tag_id, key, month, cases, total) as
  select series, tag_id, key, month, cases, total from trend_rollup
  union all
  select series, tag_id, key, month, cases, total from trend_unfolded;

-- The facts of cases as the tables of their owners have them now. Nothing of those that were withdrawn, opened in error
-- or merged into another. One that was opened again stays with its first verdict.
create function trend_facts(zone text) returns setof trend_fact language sql stable as $$
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
                                  and 'RECOVERY_COST' in (d.code, h.code)
                                group by t.currency) z
                        where z.amount <> 0) x on true
    left join lateral (select i.score, i.answered_at from survey_invitation i
                        where i.case_id = m.case_id and i.answered_at is not null
                        order by i.epoch desc limit 1) s on true
   where m.main
     and c.state not in ('WITHDRAWN', 'DUPLICATE', 'OPENED_IN_ERROR')
     and (c.state = 'CLOSED' or exists (select from case_epoch e where e.case_id = v.case_id and e.epoch > v.epoch))
$$;

-- Cases whose facts changed where their lock could not be had, such as by money: the tick looks at them again.
create table trend_look_again (
  id      bigint generated always as identity primary key,
  case_id bigint not null
);

-- Cases that were folded since the cases of signals were brought up to date.
create table trend_touched (
  case_id bigint primary key
);

-- Quarters in which something changed since signals were looked for; up to which month that was, and on which day the tests
-- by volume were made: these read three years, and every further look is one more chance to be wrong.
create table trend_quarter (
  quarter      text    primary key check (quarter ~ '^[0-9]{4}-Q[1-4]$'),
  changed      boolean not null,
  looked_until date,
  tested_on    date
);

-- By which zone days were counted; with another one everything is counted anew.
create table trend_zone (
  only_row boolean primary key default true check (only_row),
  zone     text    not null
);

-- What was counted so far. The zone of the business is not known here: the first tick puts right what differs by it.
insert into trend_fact select * from trend_facts('UTC');
insert into trend_rollup (series, tag_id, key, month, cases, total)
  select p.series, p.tag_id, p.key, p.month, sum(p.cases), sum(p.total)
    from trend_fact f cross join lateral trend_parts(f) p group by 1, 2, 3, 4;
insert into trend_zone (zone) values ('UTC');
drop table trend_entry;
