-- Keep that a subscription is to hear of all there is.
insert into context.source_change (tenant, subscription, free_at) values ($1, $2, $3)
returning seq, tenant, before, after, subscription
