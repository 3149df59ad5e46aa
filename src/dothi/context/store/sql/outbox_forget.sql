-- Drop what everybody is told of, whether it happened here or sources notified it.
with heard as (delete from context.heard where id = any($1))
delete from context.outbox where id = any($1)
