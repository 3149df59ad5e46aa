-- Put one event into the outbox.
insert into events_outbox (id, type, subject, occurred_at, data)
values (%(id)s, %(type)s, %(subject)s, %(at)s, %(data)s)
