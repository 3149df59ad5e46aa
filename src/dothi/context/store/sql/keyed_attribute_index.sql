-- The statement that makes the index of a declared attribute, quoted by PostgreSQL.
select format(
    'create index if not exists %I on context.entity (tenant, (context.key_of(attributes, %L)), id)',
    'entity_key_' || md5($1), $1
)
