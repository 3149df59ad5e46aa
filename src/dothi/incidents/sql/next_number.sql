-- The next number of a series on a day; the row stays locked until the transaction ends.
insert into incidents_series (name, "on", last) values (%(name)s, %(on)s, 1)
on conflict (name, "on") do update set last = incidents_series.last + 1
returning last
