-- A case whose process an administrator ended is over, from then until somebody opens it again. It had no such moment, so
-- it was neither among what is open nor among what is finished.
update recovery_case c
   set closed_at = coalesce(
         (select max(e.at) from case_event e where e.case_id = c.id and e.kind = 'process ended by intervention'), now())
 where c.state = 'INTERRUPTED';
-- So that either may be asked: CaseState.isOver is the same.
alter table recovery_case add check ((closed_at is null) = (state in ('OPEN', 'RESOLVED')));
