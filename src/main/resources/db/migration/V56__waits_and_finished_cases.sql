-- Cases whose resolution deadline passed in some time: level 2 is told once an epoch, and reached at the deadline.
create index clock_notice_missed_idx on clock_notice (reached_at) include (case_id, epoch)
  where clock = 'resolution' and level = 2;

-- Finished cases, a page at a time: by when they ended, by when they were opened, and those resolved in some time.
create index recovery_case_finished_idx on recovery_case (closed_at, id) where closed_at is not null;
create index recovery_case_finished_opened_idx on recovery_case (opened_at, id) where closed_at is not null;
create index resolution_resolved_idx on resolution (resolved_at) include (case_id);
create index resolution_further_tag_idx on resolution_further_tag (tag_id);

-- The few that no figure counts, left out where it is said how long something takes.
create index recovery_case_uncounted_idx on recovery_case (closed_at)
  where state in ('WITHDRAWN', 'DUPLICATE', 'OPENED_IN_ERROR');
