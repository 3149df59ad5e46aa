-- Lets a map expire at $5, or at $6 where that is later and the client has $7 others already that live longer.
update context.entity_map one set expires_at = case
    when $5 <= $6::timestamptz or (
        select count(*) from context.entity_map other
        where other.tenant = $1 and other.client = $2 and other.id <> one.id
            and other.expires_at > $6::timestamptz
    ) < $7::int
    then $5::timestamptz
    else $6::timestamptz
end
where tenant = $1 and client = $2 and id = $3 and expires_at > $4
returning id
