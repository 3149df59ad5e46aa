-- All events that are kept, for a first start and for a restored copy whose transaction numbers are
-- those of another cluster.
select seq, id, type, subject, occurred_at, data from events_outbox where seq > %(through)s order by seq limit %(limit)s
