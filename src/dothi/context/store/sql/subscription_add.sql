insert into context.subscription (tenant, id, stored, context, created_at, modified_at, maker)
values ($1, $2, $3, $4, $5, $5, $6)
