-- All that tenant $1 sees, of kind $2 if it is told.
select *
from context.jsonld_context
where (tenant = $1 or kind = 'Cached') and ($2::text is null or kind = $2)
order by created_at, id
