-- When anything about entities of a type changed or became known last by %(at)s, and when next after it.
select max(told) filter (where told <= %(at)s), min(told) filter (where told > %(at)s)
from context.evolution
join context.history on history.evolution = evolution.number
cross join lateral (values (history.at), (history.modified_at)) as said (told)
where evolution.tenant = '' and evolution.types @> array[%(type)s]::text[]
