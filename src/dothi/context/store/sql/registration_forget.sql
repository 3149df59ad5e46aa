-- Drop what is expired, so that its id is free again.
delete from context.registration where tenant = $1 and expires_at <= $2
