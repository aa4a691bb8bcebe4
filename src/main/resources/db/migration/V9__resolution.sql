create table resolution (
  case_id           bigint      not null references recovery_case,
  epoch             int         not null,
  type              text        not null,
  tag_id            bigint      not null references root_cause_tag,
  tag_label         text        not null,
  prevention_action text        not null check (prevention_action <> ''),
  resolved_by       text        not null,
  resolved_at       timestamptz not null,
  -- The finding is separate from the remedy and may come later.
  finding           text,
  found_by          text,
  found_at          timestamptz,
  primary key (case_id, epoch),
  foreign key (case_id, epoch) references case_epoch (case_id, epoch)
);
create index resolution_tag_idx on resolution (tag_id, resolved_at);
