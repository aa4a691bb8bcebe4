-- Where the bytes of a file are. A row is committed before its bytes are written and says GONE before they are removed,
-- so that bytes without a file are always known, in a store outside of this database too.
create table file_content (
  key   uuid        primary key,
  store text        not null,
  -- WRITING until a file refers to it, then KEPT, and GONE once none does any more.
  state text        not null check (state in ('WRITING', 'KEPT', 'GONE')),
  since timestamptz not null
);
create index file_content_sweep_idx on file_content (since) where state <> 'KEPT';

-- The bytes, where the store is this database: in pieces, so that none is ever whole in memory.
create table file_piece (
  content uuid  not null references file_content,
  seq     int   not null,
  bytes   bytea not null,
  primary key (content, seq)
);
-- Photos do not get smaller.
alter table file_piece alter column bytes set storage external;

-- The files of a case: photos of what was put right, and documents.
create table case_file (
  id              bigint generated always as identity primary key,
  case_id         bigint      not null references recovery_case,
  -- The step that a photo shows the work of; null for a file of the case.
  step_id         bigint references plan_step,
  -- As it was called where it came from; only shown.
  name            text        not null,
  type            text        not null,
  size            bigint      not null,
  -- As seen, that is after a turn that the photo asks for; null for what is no photo.
  width           int,
  height          int,
  -- Of the bytes as they were sent, before location and the like were removed.
  original_sha256 bytea       not null check (length(original_sha256) = 32),
  content         uuid        not null unique references file_content,
  thumbnail       bytea,
  uploaded_by     text        not null,
  uploaded_at     timestamptz not null,
  check ((width is null) = (thumbnail is null))
);
-- One content is on a case once; also finds the files of a case.
create unique index case_file_once_idx on case_file (case_id, original_sha256);
create index case_file_step_idx on case_file (step_id) where step_id is not null;
