-- What queries read rows with (dothi.context.query), and the indexes that serve them.

-- The instant, day or time of day that a JSON text says; null where it is no such text.
create or replace function context.instant(said jsonb) returns timestamptz
language sql stable parallel safe as $$
    select case when text ~ '^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d([.,]\d{1,6})?Z$'
        and pg_input_is_valid(replace(text, ',', '.'), 'timestamptz')
        then replace(text, ',', '.')::timestamptz end
    from (select said #>> '{}') as s (text) where jsonb_typeof(said) = 'string'
$$;

create or replace function context.day(said jsonb) returns date
language sql stable parallel safe as $$
    select case when text ~ '^\d{4}-\d\d-\d\d$' and pg_input_is_valid(text, 'date') then text::date end
    from (select said #>> '{}') as s (text) where jsonb_typeof(said) = 'string'
$$;

create or replace function context.time_of_day(said jsonb) returns time
language sql stable parallel safe as $$
    select case when text ~ '^([01]\d|2[0-3]):[0-5]\d:[0-5]\d([.,]\d{1,6})?Z?$'
        then replace(rtrim(text, 'Z'), ',', '.')::time end
    from (select said #>> '{}') as s (text) where jsonb_typeof(said) = 'string'
$$;

-- The target values of one instance of an attribute (dothi.context.query.paths.Path.targets).
create or replace function context.targets(one jsonb, way text[]) returns setof jsonb
language sql immutable parallel safe as $$
    select coalesce(found -> '@value', found)
    from (
        select coalesce(one -> 'value', one -> 'object', one -> 'vocab', one -> 'json',
                        one -> 'valueList', one -> 'objectList') #> way
    ) as s (found)
    where found is not null
    union all
    select text from jsonb_each(one -> 'languageMap') as texts (tag, text)
    where way = '{}' or way = '{*}' or way = array[tag]
$$;

-- What the one instance of an attribute says, if it says one scalar that is not long; {} where an entity
-- has the attribute in any other way. An index on it finds candidates of q (dothi.context.store.keys).
create or replace function context.key_of(attributes jsonb, iri text) returns jsonb
language sql immutable parallel safe as $$
    select case
        when not attributes ? iri then null
        when jsonb_array_length(attributes -> iri) = 1 and jsonb_typeof(said) in ('number', 'string', 'boolean')
            and length(said #>> '{}') <= 200 then said
        else '{}'
    end
    from (select coalesce(attributes -> iri -> 0 -> 'value', attributes -> iri -> 0 -> 'object')) as i (said)
$$;

-- What is reached of the attributes of an entity (dothi.context.store.narrowing), and when it was last said.
create or replace function context.readable(attributes jsonb, iris text[]) returns jsonb
language sql immutable parallel safe as $$
    select coalesce(jsonb_object_agg(i.iri, attributes -> i.iri), '{}')
    from unnest(iris) as i (iri)
    where attributes ? i.iri
$$;

create or replace function context.last_said(created_at timestamptz, attributes jsonb) returns timestamptz
language sql stable parallel safe as $$
    select greatest(created_at, max((i.one ->> 'modifiedAt')::timestamptz))
    from jsonb_each(attributes) as a (iri, instances), jsonb_array_elements(a.instances) as i (one)
$$;

create or replace function context.box_of_point(place jsonb) returns box
language sql immutable parallel safe
return box(point((place ->> 0)::float8, (place ->> 1)::float8));

create or replace function context.box_of_geometries(instances jsonb) returns box
language sql immutable parallel safe as $$
    select box(point(min((position ->> 0)::float8), min((position ->> 1)::float8)),
               point(max((position ->> 0)::float8), max((position ->> 1)::float8)))
    from jsonb_array_elements(instances) as i (one),
        jsonb_path_query(one -> 'value', 'strict $.**.coordinates.** ? (@.type() == "array" && @[0].type() == "number")', '{}', true) as p (position)
    where one ->> 'type' = 'GeoProperty'
    having count(*) > 0
$$;

-- The box around all geometries of a geoproperty, west and south first; null where it has none. One point is
-- what most have, and found without a walk through all that is said.
create or replace function context.box_of(attributes jsonb, iri text) returns box
language sql immutable parallel safe as $$
    select case
        when not attributes ? iri then null
        when jsonb_array_length(attributes -> iri) = 1 and attributes #>> array[iri, '0', 'value', 'type'] = 'Point'
            and attributes #>> array[iri, '0', 'type'] = 'GeoProperty'
            then context.box_of_point(attributes #> array[iri, '0', 'value', 'coordinates'])
        else context.box_of_geometries(attributes -> iri)
    end
$$;

alter table context.entity add column if not exists location_box box
    generated always as (context.box_of(attributes, 'https://uri.etsi.org/ngsi-ld/location')) stored;
create index if not exists entity_location on context.entity using gist (location_box);

-- The ids of the entities that a query meant when it was first asked (clause 4.5.25).
create table if not exists context.entity_map (
    tenant text not null,
    id text not null,
    expires_at timestamptz not null,
    entities text[] not null,
    primary key (tenant, id)
);
alter table context.entity_map add column if not exists client text not null default '';  -- whose it is
-- The registrations that have an entity, where they are others than this broker alone: {id: [registration]}.
alter table context.entity_map add column if not exists places jsonb not null default '{}';
-- The maps that sources made beside it: {registration: map}.
alter table context.entity_map add column if not exists linked jsonb not null default '{}';
create index if not exists entity_map_expiry on context.entity_map (expires_at);

-- Attributes that are declared to be found by an index of their keys.
create table if not exists context.keyed_attribute (
    iri text primary key,
    declared_at timestamptz not null
);
