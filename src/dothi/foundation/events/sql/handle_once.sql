-- Note that a consumer handles an event. No row comes back when it has done so before.
insert into events_handled (consumer, event_id) values (%(consumer)s, %(event_id)s)
on conflict do nothing
returning true
