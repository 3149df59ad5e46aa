select true from context.tenant where name = $1
