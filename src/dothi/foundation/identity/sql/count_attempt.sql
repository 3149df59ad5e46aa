-- Count one attempt of a bucket and return how many there were in the window that began with the
-- first of them. One statement, so that attempts at the same instant are all counted.
insert into identity_attempt as kept (bucket, count, since)
values (%(bucket)s, 1, %(at)s)
on conflict (bucket) do update
set count = case when kept.since <= %(before)s then 1 else kept.count + 1 end,
    since = case when kept.since <= %(before)s then %(at)s else kept.since end
returning count
