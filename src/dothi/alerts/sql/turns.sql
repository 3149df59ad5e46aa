-- Turns whose outcome is in no kept memory, in their order: what is to be done again to remember it.
select number, at, batches, versions from alerts_turn
where number > coalesce((select max(number) from alerts_turn where kept), 0) order by number
