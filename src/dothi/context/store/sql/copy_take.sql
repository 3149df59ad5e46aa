-- Take copies whose sources are to be told something now; nobody else takes them until $2.
update context.subscription_copy c set next_at = $2, tries = tries + 1
from (
    select id from context.subscription_copy
    where (wanted is null or wanted is distinct from told) and next_at <= $1
    order by next_at limit $3
    for update skip locked
) due
where c.id = due.id
returning c.id, c.tenant, c.subscription, c.registration, c.source, c.wanted, c.told, c.tries
