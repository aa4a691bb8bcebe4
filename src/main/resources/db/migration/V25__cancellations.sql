-- A comped service is called off in two steps: that it is to be cancelled is committed, then the system is asked.
alter table comped_service
  -- Sent with every call for this cancellation; another one when it is tried again. Set while the service is still being
  -- ordered, it is cancelled as soon as it is known to be scheduled. Until then ended_by and reason are of who asked.
  add column cancel_key     uuid,
  -- What the system answered, where it refused.
  add column cancel_refusal text;

-- What is promised and not done, for the accountant: it is owed until it is known to be cancelled.
drop index comped_service_scheduled_idx;
create index comped_service_owed_idx on comped_service (compensation_id) where state in ('SCHEDULED', 'CANCELLING');
