-- Making and erasing the key of one subject wait for each other, until the transaction ends.
select pg_advisory_xact_lock(hashtextextended('dothi subject ' || %(subject)s::uuid::text, 0))
