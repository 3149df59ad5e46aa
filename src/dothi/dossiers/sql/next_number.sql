-- The next number of a series in its period. The row stays locked until the transaction ends, so that
-- no number is given twice and none is skipped when a transaction rolls back.
insert into dossiers_counter (series, period, last) values (%(series)s, %(period)s, 1)
on conflict (series, period) do update set last = dossiers_counter.last + 1
returning last
