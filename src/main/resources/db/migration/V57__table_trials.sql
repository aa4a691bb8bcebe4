-- When a table was asked about an offer, and when it was decided not to give it: read for many cases at once when another
-- table is tried on the past. Without it every entry of their journals would be read.
create index case_event_money_idx on case_event (case_id)
  where kind in ('approval determined', 'offer declined', 'compensation not approved', 'compensation given up');
