-- The causes a closed case is counted under now. What was said when it was closed stays in resolution (tag_id, tag_label).
create table case_cause (
  case_id   bigint  not null references recovery_case,
  tag_id    bigint  not null references root_cause_tag,
  -- As the tag was called when it was put on this case.
  tag_label text    not null,
  main      boolean not null,
  primary key (case_id, tag_id)
);
create unique index case_cause_main_idx on case_cause (case_id) where main;
create index case_cause_tag_idx on case_cause (tag_id);
-- As they are counted so far: by the first verdict.
insert into case_cause (case_id, tag_id, tag_label, main)
select distinct on (r.case_id) r.case_id, r.tag_id, r.tag_label, true from resolution r
 order by r.case_id, r.epoch;

-- Further causes that were named beside the main one when the case was resolved.
create table resolution_further_tag (
  case_id   bigint not null,
  epoch     int    not null,
  tag_id    bigint not null references root_cause_tag,
  tag_label text   not null,
  primary key (case_id, epoch, tag_id),
  foreign key (case_id, epoch) references resolution (case_id, epoch)
);

-- Who sees to the prevention action, until when, and what it should change. Resolutions from before have none of these.
alter table resolution
  add column prevention_owner  text,
  add column prevention_due_on date,
  add column prevention_effect text,
  -- Whether it was done, and whether it helped: null until somebody says so.
  add column prevention_done_at timestamptz,
  add column prevention_done_by text,
  add column prevention_helped  boolean,
  add column prevention_notes   text;
create index resolution_prevention_idx on resolution (prevention_due_on)
  where prevention_owner is not null and prevention_done_at is null;

-- What a regulator or an ombudsman found later, beside the finding of the business.
create table regulator_finding (
  id          bigint generated always as identity primary key,
  case_id     bigint      not null,
  epoch       int         not null,
  body        text        not null check (body <> ''),
  reference   text,
  finding     text        not null,
  decided_on  date        not null,
  notes       text,
  recorded_by text        not null,
  recorded_at timestamptz not null,
  foreign key (case_id, epoch) references resolution (case_id, epoch)
);
create index regulator_finding_case_idx on regulator_finding (case_id);
