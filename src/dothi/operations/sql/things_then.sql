-- Entities of a type as they were at %(at)s by what had been said until %(known_at)s: of each attribute what was
-- said of it last, unless that it is gone. What is asked of them follows.
with entity as (
    select evolution.id, jsonb_object_agg(attribute.iri, jsonb_build_array(
               coalesce(held.instance, jsonb_build_object('value', held.value)))) as attributes
    from context.evolution
    cross join unnest(evolution.attributes) as had (number)
    join context.attribute on attribute.number = had.number
    cross join lateral (
        select instance, value, deleted_at from context.history
        where history.evolution = evolution.number and history.attribute = had.number and dataset_id = ''
          and at <= %(at)s and modified_at <= %(known_at)s
        order by at desc, history.number desc limit 1
    ) as held
    where evolution.tenant = '' and evolution.types @> array[%(type)s]::text[] and held.deleted_at is null
    group by evolution.id
)
