-- Change the $2 entities $1, record the $4 instances $3 of their past, and keep the changes $5 in the outbox:
-- all of it, if each entity still is of the version that was seen and is known to have had these types and
-- attributes; otherwise nothing, with the SQLSTATE 40001. What each part does is told in update.sql,
-- history_record.sql and outbox_keep.sql.
with said as (
    select *
    from jsonb_to_recordset($1) as n (
        tenant text, id text, version xid, types text[], scopes text[],
        created_at timestamptz, modified_at timestamptz, gone text[], said jsonb
    )
),
changed as (
    update context.entity e
    set types = n.types, scopes = n.scopes, created_at = n.created_at, modified_at = n.modified_at,
        attributes = (e.attributes - n.gone) || n.said
    from said n
    where e.tenant = n.tenant and e.id = n.id and e.xmin = n.version
    returning 1
),
recorded as (
    insert into context.history (
        at, created_at, modified_at, deleted_at, value, evolution, attribute, observed, dataset_id, instance
    )
    select n.at, n.created_at, n.modified_at, n.deleted_at, n.value,
        e.number, a.number, n.observed, n.dataset_id, n.instance
    from rows from (jsonb_to_recordset($3) as (
        tenant text, entity_id text, types text[], attribute text, dataset_id text,
        at timestamptz, observed boolean,
        created_at timestamptz, modified_at timestamptz, deleted_at timestamptz,
        value double precision, instance jsonb
    )) with ordinality n
    join context.attribute a on a.iri = n.attribute
    join context.evolution e on e.tenant = n.tenant and e.id = n.entity_id
        and e.types @> n.types and a.number = any (e.attributes)
    order by n.ordinality
    returning 1
),
kept as (
    insert into context.outbox (id, tenant, entity_id, at, before, after)
    select id, tenant, entity_id, at, before, after
    from jsonb_to_recordset($5) as n (
        id uuid, tenant text, entity_id text, at timestamptz, before jsonb, after jsonb
    )
)
select context.unless_overtaken(
    (select count(*) from changed) = $2 and (select count(*) from recorded) = $4
)
