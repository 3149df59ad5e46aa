-- How far the outbox is published: the newest note.
select done::text, target::text, through, cluster, stored from events_published
where stream = %(stream)s
order by n desc
limit 1
