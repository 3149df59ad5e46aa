-- The instant at which a transaction's facts become known. One row: whoever moves it holds it until
-- commit, so that stamps rise in the order of commits and a question about a stamp that can be seen
-- has the same answer for ever. Only these functions write it; the roles of the node cannot.
create table bitemporal_stamp (
    one boolean primary key default true check (one),
    last timestamptz not null,
    taken_by xid8 not null
);
insert into bitemporal_stamp (last, taken_by) values ('-infinity', pg_current_xact_id());
revoke insert, update, delete, truncate on bitemporal_stamp from dothi_app;

-- Take the next stamp: the caller's instant, or just after the last one where clocks disagree.
create function bitemporal_take(at timestamptz) returns timestamptz
language sql security definer set search_path = public, pg_temp as $$
    update bitemporal_stamp
    set last = greatest(at, last + interval '1 microsecond'), taken_by = pg_current_xact_id()
    returning last
$$;

-- Close the past up to `until`: nothing can become known at or before it any more. Waits for a
-- writer that holds the stamp; writes nothing when the past is closed already.
create function bitemporal_settle(until timestamptz) returns timestamptz
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    reached timestamptz;
begin
    select last into reached from bitemporal_stamp;
    if reached < until then
        update bitemporal_stamp set last = greatest(last, until), taken_by = '0' returning last into reached;
    end if;
    return reached;
end
$$;

-- The stamp that this transaction holds. Facts written without one would have no place in the order.
create function bitemporal_held() returns timestamptz
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
    held timestamptz;
begin
    select last into held from bitemporal_stamp where taken_by = pg_current_xact_id_if_assigned();
    if held is null then
        raise exception 'take a stamp before writing a bitemporal fact' using errcode = 'object_not_in_prerequisite_state';
    end if;
    return held;
end
$$;

-- Row triggers of every bitemporal table.
create function bitemporal_on_insert() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    new.recorded_at := bitemporal_held();
    return new;
end
$$;

create function bitemporal_on_update() returns trigger
language plpgsql as $$
begin
    raise exception 'a bitemporal fact is corrected by a new row, never in place' using errcode = 'restrict_violation';
end
$$;

create function bitemporal_on_delete() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    execute format(
        'insert into %I select (jsonb_populate_record(null::%I, $1)).*', tg_table_name || '_past', tg_table_name || '_past'
    ) using to_jsonb(old) || jsonb_build_object('known', tstzrange(old.recorded_at, bitemporal_held()));
    return old;
end
$$;
revoke execute on function bitemporal_on_insert(), bitemporal_on_update(), bitemporal_on_delete() from public;
