"""
Who may read and write what: rights as data, and what they come to for one request.

    right   one right as tokens and tables have it: tenant, operations, types, scopes, attributes, dates
    reach   all that a caller may read, or write, in a tenant: which entities, which attributes of each
    caller  who asks, with the rights that he has

Whatever lies outside a reach is as if it did not exist. `Reach.of` says it of an entity in memory,
`dothi.context.store.narrowing` of rows; a property test holds them to the same.
"""
