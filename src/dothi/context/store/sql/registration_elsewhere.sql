-- An entity that is here and that a registration keeps elsewhere: of these types (null: any), of this id, of an
-- id like this pattern, with one of these attributes (null: whatever it has).
select id from context.entity
where tenant = $1 and ($2::text[] is null or types && $2) and ($3::text is null or id = $3)
    and ($4::text is null or id collate "C" ~ $4) and ($5::text[] is null or attributes ?| $5)
limit 1
