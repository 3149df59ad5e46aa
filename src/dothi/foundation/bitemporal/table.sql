-- What makes the table {table} bitemporal: one belief for each (id, day), the past beliefs beside it.
alter table {table} add constraint {table}_id_valid unique (id, valid without overlaps);
alter table {table} add constraint {table}_valid_not_empty check (not isempty(valid));

create table {table}_past (like {table}, known tstzrange not null);
alter table {table}_past add primary key (row_id);
alter table {table}_past add constraint {table}_past_one_belief
    exclude using gist (id with =, valid with &&, known with &&);
alter table {table}_past add constraint {table}_past_known_not_empty check (not isempty(known));
revoke all on {table}_past from dothi_app;
grant select on {table}_past to dothi_app;

create trigger bitemporal_insert before insert on {table} for each row execute function bitemporal_on_insert();
create trigger bitemporal_update before update on {table} for each row execute function bitemporal_on_update();
create trigger bitemporal_delete after delete on {table} for each row execute function bitemporal_on_delete();

-- What was believed at `known_at`: one row for each (id, day). A caller adds `valid @> day`.
do $do$
declare
    names text := (select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute
                   where attrelid = '{table}'::regclass and attnum > 0 and not attisdropped);
begin
    execute format($f$
        create function {table}_known(known_at timestamptz) returns setof {table} language sql stable as $q$
            select %1$s from {table} where recorded_at <= known_at
            union all
            select %1$s from {table}_past where known @> known_at
        $q$ $f$, names);
end
$do$;
