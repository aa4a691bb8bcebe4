-- Everything that says a customer was let down, from any source. The same event of a source is taken in once.
create table signal (
  id             bigint generated always as identity primary key,
  source_system  text        not null,
  external_id    text        not null,
  content_digest bytea       not null,
  state          text        not null,
  case_id        bigint references recovery_case,
  content        jsonb       not null,
  received_at    timestamptz not null,
  -- Which import run and line brought it in, to tell a repeated row from a repeated request.
  import_run     uuid,
  import_line    bigint,
  unique (source_system, external_id)
);
create index signal_case_idx on signal (case_id) where case_id is not null;
create index signal_held_idx on signal (received_at) where state = 'HELD';
