-- Prevention actions, the soonest due first: all of them, and those that one person sees to.
create index resolution_prevention_due_idx on resolution (prevention_due_on, resolved_at);
create index resolution_prevention_owner_idx on resolution (prevention_owner, prevention_due_on)
  where prevention_owner is not null;

-- The cases of one owner, or of nobody, whether they are over or not; the finished ones by when they ended.
create index recovery_case_owner_closed_idx on recovery_case (owner, closed_at, id);
