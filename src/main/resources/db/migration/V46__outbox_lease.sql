-- Which node has a message while it delivers it. Leases are judged by this database's clock alone, and each has a number
-- of its own, so that whoever was paused sees before sending that somebody else has it now.
alter table job_outbox
  add column lease        int not null default 0,
  add column leased_until timestamptz,
  -- 1, 2, 3 … in the order of a job's messages: the receiver tells by it which of two is the later one.
  add column revision     int;

update job_outbox o
   set revision = numbered.n,
       body = case
         when o.delivered_at is null
           then regexp_replace(o.body, '^(\{"type":"[^"]*","timestamp":"[^"]*",)', '\1"revision":' || numbered.n || ',')
         else o.body
       end
  from (select id, row_number() over (partition by job_id order by id) as n from job_outbox) numbered
 where numbered.id = o.id;

alter table job_outbox alter column revision set not null;
create unique index job_outbox_revision_idx on job_outbox (job_id, revision);
