-- End the copy of a subscription where its source was, if that has moved; what comes next has an id of its own.
update context.subscription_copy set wanted = null, next_at = $5, tries = 0, registration = id
where tenant = $1 and subscription = $2 and registration = $3 and wanted is not null
      and (source -> 'endpoint', source -> 'tenant') is distinct from ($4::jsonb -> 'endpoint', $4::jsonb -> 'tenant')
