-- Delete what links a person to entries of the ledger.
delete from ledger_link where ref = %(ref)s
