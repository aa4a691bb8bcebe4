-- The processor's own id stays with the posting: a refund that comes back and is paid again has another one.
alter table ledger_transfer add column processor_reference text;
-- A refund that is pending or came back, or a service that was cancelled, goes on without the step that ordered it.
alter table compensation add column apart_from_step boolean not null default false;
-- Refunds that could not be compared, such as because somebody else was at them: the next comparison takes them up.
alter table reconciliation add column failed int not null default 0;
