-- Let these sources (tenants $1, registrations $2) be told now what was put off, but the copies $3.
update context.subscription_copy c set next_at = $4
from unnest($1::text[], $2::text[]) back (tenant, registration)
where (c.tenant, c.registration) = (back.tenant, back.registration) and c.next_at > $4
    and (c.wanted is null or c.wanted is distinct from c.told) and c.id <> all($3::text[])
