-- What measures need beside the roll-up of trends, counted anew as a whole each time: by month, as trend_rollup is.
--   kept-90, kept-365       YES or NO: customers, by the month in which a case of theirs was resolved
--   prevention-done         YES or NO: actions, by the month in which they were due
--   prevention-effective    YES or NO: actions, by the month in which they were done
--   satisfaction-compared   a group and a score, such as "before 4": answers, by the month of the answer
create table measure_rollup (
  series text    not null,
  key    text    not null,
  month  date    not null,
  cases  bigint  not null,
  total  numeric not null,
  primary key (series, month, key)
);

-- When a series was counted last; none where it never was.
create table measure_counted (
  series     text        primary key,
  counted_at timestamptz not null
);

-- How satisfied a customer said they were, asked elsewhere and not after a case: the same question, 1 to 5.
create table outside_answer (
  id            bigint generated always as identity primary key,
  source_system text        not null,
  external_id   text        not null,
  customer_id   bigint      not null references customer,
  score         int         not null check (score between 1 and 5),
  answered_at   timestamptz not null,
  told_by       text        not null,
  unique (source_system, external_id)
);
create index outside_answer_customer_idx on outside_answer (customer_id, answered_at desc);

-- Patterns that somebody works on.
create index training_signal_open_idx on training_signal (opened_at) where closed_at is null;
