-- Tokens for machines: only a digest is kept.
create table api_token (
  id         bigint generated always as identity primary key,
  name       text        not null,
  user_id    text        not null,
  digest     bytea       not null unique,
  created_at timestamptz not null,
  created_by text        not null,
  revoked_at timestamptz
);
