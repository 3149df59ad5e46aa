-- Digests of readings that have no entry in the ledger, earliest first; at most a week of them.
select digest.entry, digest.hour, digest.batches, digest.readings, digest.root from telemetry.digest
where not exists (select from ledger_entry where ledger_entry.id = digest.entry)
order by digest.hour limit 168
