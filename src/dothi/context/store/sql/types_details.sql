select t.type, coalesce(array_agg(distinct a.name order by a.name) filter (where a.name is not null), '{}')
    as attributes
from context.entity e, unnest(e.types) as t (type)
left join lateral jsonb_object_keys(e.attributes) as a (name) on true
where e.tenant = $1
group by t.type
order by t.type
