select tenant from context.registration union select tenant from context.subscription_copy
