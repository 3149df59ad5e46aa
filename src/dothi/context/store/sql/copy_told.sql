update context.subscription_copy set told = $2, tries = 0 where id = $1
