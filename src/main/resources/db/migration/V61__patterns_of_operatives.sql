-- Patterns of one operative's work that run, or are over, belong to those alone who lead, as new ones do: see
-- engine/LeadsAlone. A new database has no table of the engine yet, and no such pattern.
do $$
declare
  kept record;
begin
  for kept in
    select t.table_name as name, i.column_name as instance
      from information_schema.columns t
      join information_schema.columns i on i.table_schema = t.table_schema and i.table_name = t.table_name
     where t.table_schema = current_schema and t.table_name like 'act\_%' and t.column_name = 'tenant_id_'
       and i.column_name in ('proc_inst_id_', 'process_instance_id_')
  loop
    execute format(
      'update %I set tenant_id_ = ''leads'' where %I in (
         select process_instance_id from training_signal where dimension = ''operative'')', kept.name, kept.instance);
  end loop;
end $$;
