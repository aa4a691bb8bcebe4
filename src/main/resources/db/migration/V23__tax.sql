-- What of a payment was tax, where the business told; and its share in each transfer of a refund.
alter table payment
  add column tax numeric(19, 4),
  add constraint payment_tax_check check (tax >= 0 and tax < amount);
alter table ledger_transfer
  add column tax numeric(19, 4),
  add constraint ledger_transfer_tax_check check (tax >= 0 and tax <= amount);
