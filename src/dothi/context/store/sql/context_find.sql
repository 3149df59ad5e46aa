-- The @context with the local identifier $2, or cached from the address $2, as far as tenant $1 sees it.
select *
from context.jsonld_context
where (id = $2 and (tenant = $1 or kind = 'Cached')) or (url = $2 and kind = 'Cached')
limit 1
