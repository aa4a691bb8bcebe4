-- Mails to colleagues beside those to customers: the addresses are looked up when the mail goes out.
alter table mail_outbox
  -- CUSTOMER: recipient is an address; PERSON: a user id; ROLES: group ids with commas.
  add column audience text not null default 'CUSTOMER';
