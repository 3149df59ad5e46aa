select a.name as attribute, array_agg(distinct t.type order by t.type) as types
from context.entity e, jsonb_object_keys(e.attributes) as a (name), unnest(e.types) as t (type)
where e.tenant = $1
group by a.name
order by a.name
