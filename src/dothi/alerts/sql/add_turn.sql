-- Keep what a turn took: batches, or none where only time went on.
insert into alerts_turn (at, batches, versions, kept)
values (%(at)s, %(batches)s::integer[], %(versions)s::uuid[], false) returning number
