-- Drop what is expired at $2, in one tenant or (null) in all: its id is free again, and who subscribed hears of it.
with over as (
    select tenant, id from context.registration
    where expires_at <= $2 and ($1::text is null or tenant = $1)
    for update skip locked
), gone as (
    delete from context.registration r using over o
    where r.tenant = o.tenant and r.id = o.id
    returning r.tenant, r.stored
)
insert into context.source_change (tenant, before, free_at)
select tenant, stored, $2 from gone
where exists (select from context.source_subscription s where s.tenant = gone.tenant)
