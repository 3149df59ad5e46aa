-- A published rule and a step of an alert never change; of a standing only the end may be set, once.
revoke update, delete, truncate on alerts_ruleversion, alerts_step from dothi_app;
revoke delete, truncate on alerts_alert, alerts_standing, alerts_firing from dothi_app;
revoke update on alerts_standing, alerts_firing, alerts_alert from dothi_app;
grant update (until) on alerts_standing to dothi_app;
grant update (cleared_at) on alerts_firing to dothi_app;
grant update (state, number, level, snoozed_until, label, next_at, closed_at, closed_recorded_at)
    on alerts_alert to dothi_app;

create function alerts_refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'a published rule never changes' using errcode = 'restrict_violation';
end $$;

create trigger alerts_rule_never_changes
    before update or delete or truncate on alerts_ruleversion
    for each statement execute function alerts_refuse_change();

create function alerts_only_end() returns trigger language plpgsql as $$
begin
    if old.until is not null or new.until is null or new.until < new.since then
        raise exception 'a standing may only be ended, once' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;

create trigger alerts_standing_only_ends
    before update on alerts_standing
    for each row execute function alerts_only_end();
