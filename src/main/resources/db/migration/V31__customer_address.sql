-- Where letters go: lines as they stand on an envelope, the country last where it matters.
alter table customer add column address text;
