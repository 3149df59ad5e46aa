-- Let a source be told $5 of a subscription from now on.
insert into context.subscription_copy as kept
    (id, tenant, subscription, registration, source, wanted, next_at)
values ($1, $2, $3, $4, $6, $5, $7)
on conflict (tenant, subscription, registration) do update
set wanted = excluded.wanted, source = excluded.source, next_at = excluded.next_at, tries = 0
where (kept.wanted, kept.source) is distinct from (excluded.wanted, excluded.source)
