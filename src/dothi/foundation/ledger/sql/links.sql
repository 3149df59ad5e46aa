-- The links of an entry to some persons, by their lookup references.
select place, ref, seed from ledger_link where entry_id = %(id)s and ref = any(%(refs)s) order by place
