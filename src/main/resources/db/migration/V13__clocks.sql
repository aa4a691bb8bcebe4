-- Several clocks a case, with everything that moves a deadline as a fact of its own.
alter table clock_entry rename to clock_entry_until_v12;
alter table clock_entry_until_v12 rename constraint clock_entry_pkey to clock_entry_until_v12_pkey;
drop index clock_entry_once_idx, clock_entry_due_idx;

create table clock_entry (
  case_id          bigint      not null references recovery_case,
  epoch            int         not null,
  -- resolution, acknowledgement, or a stage of a statutory profile.
  clock            text        not null,
  seq              int         not null,
  -- STARTED, PAUSED, RESUMED, SEVERITY_CHANGED, CALENDAR_CHANGED, EXTENDED or STOPPED.
  kind             text        not null,
  at               timestamptz not null,
  by_user          text        not null,
  -- What was promised: the tables' answer of that day, kept with the start and with each change of severity.
  policy           json,
  calendar_version int,
  reason           text,
  old_due_at       timestamptz,
  new_due_at       timestamptz,
  requested_by     text,
  -- The deadline from this entry on; null while it is not known. Read by lists, never by the ledger itself.
  due_at           timestamptz,
  primary key (case_id, epoch, clock, seq)
);
create unique index clock_entry_once_idx on clock_entry (case_id, epoch, clock, kind)
  where kind in ('STARTED', 'STOPPED');

insert into clock_entry (case_id, epoch, clock, seq, kind, at, by_user, policy, due_at)
select e.case_id, e.epoch, 'resolution', 1, 'STARTED', e.at, 'system',
       json_build_object('source', 'resolution-deadline/1', 'severity', c.severity,
         'unit', 'HOURS', 'length', 'PT' || (extract(epoch from e.due_at - e.at))::bigint || 'S',
         'warning', 'PT' || (extract(epoch from e.due_at - e.near_at))::bigint || 'S',
         'calendar', '24x7', 'calendarVersion', 0,
         'levels', json_build_array(
           json_build_object('number', 1, 'roles', json_build_array('case-owner'), 'after', 'PT0S'),
           json_build_object('number', 2, 'roles', json_build_array('manager', 'office-manager', 'cx-lead'), 'after', 'PT0S'),
           json_build_object('number', 3, 'roles', json_build_array('business-owner'), 'after',
             case c.severity when 'MINOR' then 'PT24H' when 'MODERATE' then 'PT12H' when 'MAJOR' then 'PT6H' else 'PT1H' end))),
       e.due_at
  from clock_entry_until_v12 e join recovery_case c on c.id = e.case_id
 where e.kind = 'STARTED';
insert into clock_entry (case_id, epoch, clock, seq, kind, at, by_user, due_at)
select e.case_id, e.epoch, 'resolution', 2, 'STOPPED', e.at, 'system', s.due_at
  from clock_entry_until_v12 e
  join clock_entry_until_v12 s on (s.case_id, s.epoch, s.kind) = (e.case_id, e.epoch, 'STARTED')
 where e.kind = 'STOPPED';

create function clock_entry_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'The ledger of a clock is append-only.';
end $$;
create trigger clock_entry_append_only before update or delete on clock_entry
  for each row execute function clock_entry_is_append_only();

-- Who was told what, once for each level of each clock: 1 near, 2 missed, further levels after that.
create table clock_notice (
  case_id    bigint      not null references recovery_case,
  epoch      int         not null,
  clock      text        not null,
  level      int         not null,
  -- When the point was reached, however late it was noticed.
  reached_at timestamptz not null,
  noticed_at timestamptz not null,
  primary key (case_id, epoch, clock, level)
);
insert into clock_notice (case_id, epoch, clock, level, reached_at, noticed_at)
select case_id, epoch, 'resolution', case kind when 'NEAR' then 1 when 'MISSED' then 2 else 3 end, at, at
  from clock_entry_until_v12 where kind in ('NEAR', 'MISSED', 'ESCALATED');
drop table clock_entry_until_v12;

-- A wish for more time, until somebody else has decided on it.
create table clock_extension (
  id           bigint generated always as identity primary key,
  case_id      bigint      not null references recovery_case,
  epoch        int         not null,
  clock        text        not null,
  requested_by text        not null,
  requested_at timestamptz not null,
  old_due_at   timestamptz not null,
  new_due_at   timestamptz not null,
  reason       text        not null,
  -- REQUESTED, APPROVED, REFUSED or LAPSED (the case ended first).
  state        text        not null,
  decided_by   text,
  decided_at   timestamptz,
  note         text
);
create unique index clock_extension_one_open_idx on clock_extension (case_id, epoch, clock) where state = 'REQUESTED';

-- Calendars by version; a version that was saved never changes.
create table work_calendar (
  code       text        not null,
  version    int         not null,
  zone       text        not null,
  -- Opening hours by weekday, a holiday calendar by country and region, and holidays by hand.
  definition json        not null,
  -- Whether this version counts for cases that were open when it was saved.
  recomputes boolean     not null,
  saved_by   text        not null,
  saved_at   timestamptz not null,
  primary key (code, version)
);
