-- Which of these readings, none later than the last of its series, are there already.
select told.series, told.at from unnest($1::integer[], $2::timestamptz[]) as told (series, at)
where exists (select from telemetry.reading as kept where kept.at = told.at and kept.series = told.series
              and kept.at >= $3 and kept.at <= $4)
