-- Since when a job's time window is as it is, wherever it was moved: what a receiver tells of a moment before is old.
create table job_moved (
  job_id uuid        primary key references job,
  at     timestamptz not null
);
