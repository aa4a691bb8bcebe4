-- Customers and the payments known for refunds. Systems of record own both; we keep what recovery needs.
create table customer (
  id         bigint generated always as identity primary key,
  number     text        not null unique,
  name       text        not null check (name <> ''),
  email      text,
  phone      text,
  created_at timestamptz not null
);
-- The New case page looks customers up by any part of name, e-mail or number, and by the digits of a phone number.
create index customer_name_idx on customer (lower(name) text_pattern_ops);
create index customer_email_idx on customer (lower(email) text_pattern_ops);
create index customer_phone_idx on customer (regexp_replace(phone, '[^0-9]', '', 'g') text_pattern_ops);

create table payment (
  id          bigint generated always as identity primary key,
  customer_id bigint         not null references customer,
  -- The processor's own id: what a refund names.
  charge_id   text           not null unique,
  reference   text           not null,
  amount      numeric(19, 4) not null check (amount > 0),
  currency    char(3)        not null,
  paid_at     timestamptz    not null
);
create index payment_customer_idx on payment (customer_id, paid_at desc);
