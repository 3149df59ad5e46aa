insert into context.registration
    (tenant, id, mode, endpoint, expires_at, created_at, modified_at, stored)
values ($1, $2, $3, $4, $5, $6, $6, $7)
