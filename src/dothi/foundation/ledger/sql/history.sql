-- What was done to one object, newest first.
select id, body from ledger_entry where object = %(object)s and kind = 'act'
order by recorded_at desc, id desc
limit %(limit)s
