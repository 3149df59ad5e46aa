-- The last good reading of every series, as columns in the order of telemetry.keyframe; what was recorded when
-- is not asked of the present.
select array_send(array_agg(series)), array_send(array_agg(at)), array_send(array_agg(at)),
       array_send(array_agg(coalesce(value, 'NaN'))), array_send(array_agg(flags))
from (select * from telemetry.last_value where at <= %(at)s order by series) as kept
