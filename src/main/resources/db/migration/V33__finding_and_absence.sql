-- Finding a case. Words are compared without case and accents; what is no letter or digit separates them. Both sides of a
-- comparison go through the same functions, so that it does not depend on the database's locale where a word ends.
create function search_text(given text) returns text language sql immutable parallel safe return
  -- Words end after 200 characters: a search index takes none without an end.
  regexp_replace(
    regexp_replace(
      lower(regexp_replace(left(normalize(left(given, 100000), NFKD), 100000), '[\u0300-\u036f]', '', 'g')),
      '[^[:alnum:]]+', ' ', 'g'),
    '([^ ]{200})', '\1 ', 'g');

-- Not to_tsvector: its parser would take "2026-000123" for a date's parts and an address for one word.
create function search_words(given text) returns tsvector language sql immutable parallel safe return
  array_to_tsvector(array_remove(string_to_array(search_text(given), ' '), ''));

-- The digits of a phone number as it is said from anywhere: +44 (0)20 7946 0958, 020 7946 0958 and 0044 20 7946 0958 end
-- alike, and differ only in the country's code before that.
create function search_phone(given text) returns text language sql immutable parallel safe return
  ltrim(regexp_replace(replace(given, '(0)', ''), '[^0-9]', '', 'g'), '0');

create index recovery_case_words_idx on recovery_case using gin (search_words(summary || ' ' || coalesce(verbatim, '')));
create index plan_step_words_idx on plan_step using gin (search_words(notes)) where notes is not null;
create index customer_words_idx on customer using gin (search_words(number || ' ' || name || ' ' || coalesce(email, '')));
-- From its end, so that it is found with and without the country's code.
create index customer_phone_end_idx on customer (reverse(search_phone(phone)) text_pattern_ops) where phone is not null;

-- When somebody is away and who has their work meanwhile. What was given away is kept, so that it comes back.
create table absence (
  id         bigint generated always as identity primary key,
  person     text        not null,
  from_at    timestamptz not null,
  until_at   timestamptz not null check (until_at > from_at),
  substitute text        not null check (substitute <> person),
  -- PLANNED, RUNNING, OVER or CANCELLED (before it began).
  state      text        not null,
  set_by     text        not null,
  set_at     timestamptz not null
);
create unique index absence_one_each_idx on absence (person) where state in ('PLANNED', 'RUNNING');
create index absence_current_idx on absence (from_at) where state in ('PLANNED', 'RUNNING');

create table absence_case (
  absence_id bigint      not null references absence,
  case_id    bigint      not null references recovery_case,
  -- Null: nobody could have it, so it was left to those that nobody owns.
  given_to   text,
  given_at   timestamptz not null,
  -- How it came back, or did not: RETURNED, or KEPT (it was over, or somebody had decided otherwise).
  outcome    text,
  primary key (absence_id, case_id)
);
create table absence_task (
  absence_id          bigint      not null references absence,
  task_id             text        not null,
  process_instance_id text,
  given_to            text,
  given_at            timestamptz not null,
  outcome             text,
  primary key (absence_id, task_id)
);
