-- A published version never changes; its period may only be ended, once, where it was open.
revoke update, delete, truncate on procedures_procedureversion from dothi_app;
revoke delete, truncate on procedures_inforce from dothi_app;
revoke update on procedures_inforce from dothi_app;
grant update (valid) on procedures_inforce to dothi_app;

create function procedures_refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'a published version of a procedure never changes' using errcode = 'restrict_violation';
end $$;

create trigger procedures_version_never_changes
    before update or delete or truncate on procedures_procedureversion
    for each statement execute function procedures_refuse_change();

create trigger procedures_force_never_vanishes
    before delete or truncate on procedures_inforce
    for each statement execute function procedures_refuse_change();

create function procedures_only_end() returns trigger language plpgsql as $$
begin
    if row(new.id, new.code, new.version_id, lower(new.valid)) is distinct from
       row(old.id, old.code, old.version_id, lower(old.valid))
       or not upper_inf(old.valid) or upper_inf(new.valid) or isempty(new.valid) then
        raise exception 'the period of a version may only be ended, once' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;

create trigger procedures_force_only_ends
    before update on procedures_inforce
    for each row execute function procedures_only_end();

-- Temporal key: on one day at most one version of a procedure is in force.
alter table procedures_inforce
    add constraint procedures_one_in_force unique (code, valid without overlaps);
