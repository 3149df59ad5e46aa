select (extract(epoch from at) * 1000000)::bigint, series, coalesce(value, 'NaN'), words, flags, batch
from telemetry.reading where batch = any($1::integer[]) and at >= $2 and at <= $3
