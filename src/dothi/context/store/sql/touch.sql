-- Make of an entity, if there is one, another version of the same, which is locked until the transaction ends.
update context.entity set tenant = tenant where tenant = $1 and id = $2
