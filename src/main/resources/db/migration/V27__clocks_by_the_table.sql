-- Cases are judged by a calendar's versions, and tables name it: none is changed, renamed or deleted, by any route.
create function work_calendar_stays() returns trigger language plpgsql as $$
begin
  raise exception 'The calendar % stays as it was saved: cases are judged by it and decision tables may name it. Save a new version, or another calendar.', old.code;
end $$;
create trigger work_calendar_stays before update or delete on work_calendar
  for each row execute function work_calendar_stays();

-- Several warnings before a deadline; each is told once.
alter table clock_notice add column point int not null default 1;
alter table clock_notice drop constraint clock_notice_pkey;
alter table clock_notice add primary key (case_id, epoch, clock, level, point);

-- How the customer was told that it takes longer, where a regulator asks for that.
alter table clock_extension add column told text;
