-- What people send with a key of their own, so that the same thing sent again after a lost answer is not done twice. A row is
-- written in the transaction of what it stands for.
create table sent_once (
  person text        not null,
  key    text        not null,
  -- SHA-256 of the key and of what was asked for: another wish with the same key is refused.
  digest bytea       not null check (length(digest) = 32),
  -- What was made, such as the number of a case; null only within the transaction.
  result text,
  at     timestamptz not null,
  primary key (person, key)
);
-- Old ones are dropped as new ones come.
create index sent_once_at_idx on sent_once (at);
