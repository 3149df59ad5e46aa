select count(*) filter (where t.place = 1) as instances,
    array_agg(distinct i.one ->> 'type' order by i.one ->> 'type') as kinds,
    array_agg(distinct t.type order by t.type) as types
from context.entity e, jsonb_array_elements(e.attributes -> $2) as i (one),
    unnest(e.types) with ordinality as t (type, place)
where e.tenant = $1 and e.attributes ? $2
