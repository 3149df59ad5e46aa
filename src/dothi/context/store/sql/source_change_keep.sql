-- Keep how a registration was and became, where somebody subscribed to registrations of its tenant.
insert into context.source_change (tenant, before, after, free_at)
select $1, $2, $3, $4
where exists (select from context.source_subscription where tenant = $1)
returning seq, tenant, before, after, subscription
