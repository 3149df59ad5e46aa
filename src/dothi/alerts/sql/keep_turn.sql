-- All memories are kept as they are after this turn: those before it are needed no more.
with gone as (delete from alerts_turn where number < %(number)s)
update alerts_turn set kept = true where number = %(number)s
