-- Everything that says a customer was let down, from any source. The same event of a source is taken in once.
create table signal (
  id             bigint generated always as identity primary key,
  source_system  text        not null,
  external_id    text        not null,
  -- Over the content as it was taken in: tells the same signal sent twice from another one under the same id.
  content_digest bytea       not null,
  -- OPENED: it became a case. HELD: kept, with the reason, until somebody names the customer.
  state          text        not null,
  held_because   text,
  case_id        bigint references recovery_case,
  content        jsonb       not null,
  received_at    timestamptz not null,
  -- Which import run and line brought it in, to tell a repeated row from a repeated request.
  import_run     uuid,
  import_line    bigint,
  unique (source_system, external_id),
  check ((import_run is null) = (import_line is null))
);
create index signal_case_idx on signal (case_id) where case_id is not null;
create index signal_held_idx on signal (received_at, id) where state = 'HELD';
