-- Hours that were over at $1, have batches with a hash, and no digest; of the last two days, or since the last one.
select distinct date_bin('1 hour', recorded_at, timestamptz 'epoch') as hour from telemetry.batch
where digest is not null and recorded_at < date_bin('1 hour', $1::timestamptz, timestamptz 'epoch')
  and recorded_at >= coalesce(least((select max(hour) from telemetry.digest), $1 - interval '2 days'), '-infinity')
  and not exists (select from telemetry.digest
                  where hour = date_bin('1 hour', recorded_at, timestamptz 'epoch'))
order by hour
