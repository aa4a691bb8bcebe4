-- Whether the customer wants what is offered, and who agreed besides the first approver.
alter table compensation
  add column accepted_at        timestamptz,
  add column second_approved_by text,
  add column second_approved_at timestamptz;
-- Until now an offer was made once the customer had accepted it.
update compensation set accepted_at = offered_at;
-- The policy judges what a customer was given in some time, over all cases.
create index compensation_offered_idx on compensation (offered_at);
