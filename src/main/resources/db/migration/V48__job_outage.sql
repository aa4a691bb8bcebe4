-- The one task that is open while any message about a job is given up; one row, whose lock those wait for who open or end
-- the task.
create table job_outage (
  one         boolean primary key default true check (one),
  instance_id text,
  -- Why the last one was given up, in our words.
  why         text    not null default '',
  -- What the task says.
  shown       text    not null default ''
);
insert into job_outage default values;
update job_outage set instance_id = (select min(instance_id) from job_outbox where instance_id is not null);
alter table job_outbox drop column instance_id;
