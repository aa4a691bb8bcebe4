-- The ordinary job queue of the whole business. A job says what is to be done, where and when; it has no column, no default
-- and no empty value by which one job could be told from another by where it came from.
create table job (
  id               uuid        primary key,
  -- From the one series of the business, given at the release.
  number           text        unique,
  site             text        not null,
  contact_name     text        not null,
  contact_phone    text        not null,
  skill            text        not null,
  area             text        not null,
  task             text        not null,
  window_from      timestamptz not null,
  window_to        timestamptz not null check (window_to >= window_from),
  -- Empty when none are needed.
  parts            text        not null,
  duration_minutes int         not null,
  price_reference  text        not null,
  state            text        not null check (state in ('OPEN', 'DONE', 'PARTLY', 'NO_ACCESS', 'CANCELLED')),
  -- The tick that released it, together with all others that were placed since the one before.
  released_at      timestamptz,
  team             text,
  due_at           timestamptz,
  assignee         text,
  instance_id      text        unique,
  notes            text        not null,
  ended_at         timestamptz,
  ended_by         text,
  check ((number is null) = (released_at is null))
);
-- What waits for the next tick.
create index job_waiting_idx on job (id) where released_at is null and state = 'OPEN';
-- An operative's page: mine, and what nobody in my teams has taken.
create index job_mine_idx on job (assignee, due_at) where state = 'OPEN';
create index job_free_idx on job (team, due_at) where state = 'OPEN' and assignee is null;

-- The series of numbers: a row and not a sequence, because a number that is drawn and not used would leave a gap.
create table job_series (
  only_row boolean primary key default true check (only_row),
  next     bigint  not null
);
insert into job_series (next)
  select coalesce(max(substring(number from 4)::bigint) + 1, 1001) from work_order;

-- What another system placed, under its own name for it. Neither the page nor the queue reads it.
create table job_placing (
  system      text        not null,
  external_id text        not null,
  job_id      uuid        not null references job,
  -- Of what was asked for: the same id with other content is a mistake.
  digest      bytea       not null,
  placed_at   timestamptz not null,
  primary key (system, external_id)
);

create table job_photo (
  id              uuid        primary key,
  job_id          uuid        not null references job,
  name            text        not null,
  type            text        not null,
  size            bigint      not null,
  width           int         not null,
  height          int         not null,
  -- Of the bytes as they were sent, before location and the like were removed.
  original_sha256 bytea       not null check (length(original_sha256) = 32),
  content         uuid        not null unique references file_content,
  thumbnail       bytea       not null,
  uploaded_by     text        not null,
  uploaded_at     timestamptz not null
);
create unique index job_photo_once_idx on job_photo (job_id, original_sha256);

-- Orders of before had no way to be worked here. They are taken as done: left open they would all come to the operatives at
-- once, and each of them from a case. One whose time was not agreed has an empty window.
alter table work_order add column job_id uuid not null default gen_random_uuid();
insert into job (id, number, site, contact_name, contact_phone, skill, area, task, window_from, window_to, parts,
                 duration_minutes, price_reference, state, released_at, team, due_at, notes, ended_at, ended_by)
  select job_id, number, site, '', '', skill, '', task, coalesce(window_from, placed_at),
         greatest(coalesce(window_to, window_from, placed_at), coalesce(window_from, placed_at)), '', 0, '', 'DONE', placed_at, '',
         greatest(coalesce(window_to, window_from, placed_at), coalesce(window_from, placed_at)), '', placed_at, 'system'
    from work_order;

-- Kept on the case's side only: which step a job serves. Its order is its own: jobs tell nothing of when they were placed.
alter table work_order_step
  add column job_id    uuid references job,
  add column id        bigint generated always as identity,
  add column placed_at timestamptz;
update work_order_step l set job_id = w.job_id, placed_at = w.placed_at from work_order w where w.id = l.work_order_id;
alter table work_order_step drop column work_order_id;
alter table work_order_step alter column job_id set not null, alter column placed_at set not null, add primary key (job_id);
drop table work_order;
drop sequence work_order_number_seq;
