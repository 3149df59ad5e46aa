update context.registration
set mode = $3, endpoint = $4, expires_at = $5, modified_at = $6, stored = $7
where tenant = $1 and id = $2
