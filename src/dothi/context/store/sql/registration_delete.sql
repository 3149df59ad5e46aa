delete from context.registration where tenant = $1 and id = $2
