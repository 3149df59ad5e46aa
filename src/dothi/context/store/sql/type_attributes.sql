select a.name as attribute, array_agg(distinct i.one ->> 'type' order by i.one ->> 'type') as kinds
from context.entity e, jsonb_each(e.attributes) as a (name, instances),
    jsonb_array_elements(a.instances) as i (one)
where e.tenant = $1 and e.types @> $2::text[]
group by a.name
order by a.name
