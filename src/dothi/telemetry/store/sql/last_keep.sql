-- The latest values of series, whose rows are locked; the later instant wins.
update telemetry.last_value as kept set at = told.at, value = told.value, words = told.words, batch = $5
from unnest($1::integer[], $2::timestamptz[], $3::double precision[], $4::text[])
    as told (series, at, value, words)
where kept.series = told.series and (kept.at is null or kept.at < told.at)
