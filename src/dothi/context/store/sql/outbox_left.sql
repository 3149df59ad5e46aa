-- What is kept but for the rows $1, the earliest $2 of it.
select id, tenant, entity_id, at, before, after
from context.outbox
where id <> all($1)
order by seq
limit $2
