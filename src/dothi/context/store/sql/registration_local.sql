-- Whether an entity is here with one of these attributes.
select exists (select from context.entity where tenant = $1 and id = $2 and attributes ?| $3::text[])
