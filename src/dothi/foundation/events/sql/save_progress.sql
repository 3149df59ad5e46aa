-- Note how far the outbox is published. A row is added, never updated: under a transaction that stays
-- open for an hour, the dead versions of one row would be walked through at each update.
insert into events_published (stream, done, target, through, cluster, stored)
values (%(stream)s, %(done)s::pg_snapshot, %(target)s::pg_snapshot, %(through)s, %(cluster)s, %(stored)s)
