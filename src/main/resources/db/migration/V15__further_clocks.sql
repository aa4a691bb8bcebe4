-- The statutory profile of the business: which clocks run beside that of the resolution.
create table statutory_profile (
  only_row   boolean primary key default true check (only_row),
  profile    text        not null,
  changed_by text        not null,
  changed_at timestamptz not null
);
insert into statutory_profile (profile, changed_by, changed_at) values ('none', 'installation', now());

-- 1 the first answer, 2 the review of it by a different person.
alter table case_epoch add column stage int not null default 1;

-- The working days that both statutory profiles count by.
insert into work_calendar (code, version, zone, definition, recomputes, saved_by, saved_at)
values ('england', 1, 'Europe/London',
  '{"zone":"Europe/London","week":{"monday":["09:00-17:00"],"tuesday":["09:00-17:00"],"wednesday":["09:00-17:00"],"thursday":["09:00-17:00"],"friday":["09:00-17:00"]},"holidays":"gb/eng","closedOn":[],"openOn":[]}',
  false, 'installation', now());
