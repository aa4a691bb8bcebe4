-- The version of training-threshold (the engine's id of it) that was asked when a quarter was looked at last: once another
-- is deployed, the quarters at work are looked at again. Which one that was before this is not known: they are, once.
alter table trend_quarter add column asked_table text;
