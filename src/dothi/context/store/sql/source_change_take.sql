-- Take what nobody tells at $1, the earliest $3 of it but for the rows $2; it is nobody else's until $4.
update context.source_change
set free_at = $4
where seq in (
    select seq from context.source_change
    where free_at <= $1 and seq <> all($2)
    order by seq limit $3
    for update skip locked
)
returning seq, tenant, before, after, subscription
