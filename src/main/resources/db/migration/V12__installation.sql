-- The business's own on/off; whether it is included at all is configuration, whether it is ready is computed.
create table installation_switch (
  only_row   boolean primary key default true check (only_row),
  turned_on  boolean     not null,
  changed_by text        not null,
  changed_at timestamptz not null
);
insert into installation_switch (turned_on, changed_by, changed_at) values (true, 'installation', now());
