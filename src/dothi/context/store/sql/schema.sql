-- The live context. Names are IRIs; `attributes` has the stored form of dothi.context.model.
do $$
begin  -- where the schema is there, its owner need not be allowed to make any
    if to_regnamespace('context') is null then
        create schema context;
    end if;
end $$;

create table if not exists context.tenant (
    name text primary key,  -- '' is the default tenant
    created_at timestamptz not null
);

create table if not exists context.entity (
    tenant text not null,
    id text not null,
    types text[] not null,
    scopes text[] not null default '{}',
    created_at timestamptz not null,
    modified_at timestamptz not null,
    attributes jsonb not null,
    primary key (tenant, id)
) with (fillfactor = 80);  -- room for an update beside the row it replaces
create index if not exists entity_types on context.entity using gin (types);
create index if not exists entity_scopes on context.entity using gin (scopes) where scopes <> '{}';

-- The past of entities (clause 4.5.6), which may go on after the entity itself, or without it. Entities and
-- attributes have numbers there, so that a row and its index stay small; the row of a number has no JSON at all.
create table if not exists context.evolution (
    number integer generated always as identity primary key,
    tenant text not null,
    id text not null,  -- of the entity
    types text[] not null,
    attributes integer[] not null default '{}',  -- numbers of those that it has rows of
    created_at timestamptz not null,
    unique (tenant, id)
);
create index if not exists evolution_types on context.evolution using gin (types);

create table if not exists context.attribute (
    number integer generated always as identity primary key,
    iri text not null unique
);

-- One row for each instance of an attribute that was ever said, and one for each deletion.
create table if not exists context.history (
    number bigint generated always as identity,  -- instanceId ends in it
    at timestamptz not null,  -- observedAt; where nobody observed: when it was said, or deleted
    created_at timestamptz not null,
    modified_at timestamptz not null,
    deleted_at timestamptz,
    value double precision,  -- what aggregations reckon with: a number, 1 or 0 for true or false, a length
    evolution integer not null,
    attribute integer not null,
    observed boolean not null,
    dataset_id text not null default '',  -- '' is the default instance
    instance jsonb,  -- without what the columns say; null where a Property has a plain number and no more
    primary key (evolution, attribute, at, number) include (value, observed, dataset_id)
) partition by range (at);
create table if not exists context.history_rest partition of context.history default;
create index if not exists history_at on context.history using brin (at);

-- An instant as NGSI-LD writes it.
create or replace function context.as_text(at timestamptz) returns text language sql stable
return to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');

-- End a statement that found an entity otherwise than it was seen.
create or replace function context.unless_overtaken(as_seen boolean) returns void language plpgsql as $$
begin
    if not as_seen then
        raise exception 'an entity is not as it was seen' using errcode = 'serialization_failure';
    end if;
end $$;

-- Make the partition of one month, and move into it what lay in the default one.
create or replace function context.keep_month(told timestamptz) returns void language plpgsql as $$
declare
    begins timestamp := date_trunc('month', told at time zone 'UTC');
    since timestamptz := begins at time zone 'UTC';
    ends timestamptz := (begins + interval '1 month') at time zone 'UTC';
    part text := 'history_' || to_char(begins, 'YYYY_MM');
begin
    perform pg_advisory_xact_lock(hashtext('context.history'));
    if to_regclass('context.' || part) is not null then
        return;
    end if;
    execute format('create table context.%I (like context.history)', part);
    execute format('with gone as (delete from context.history_rest where at >= $1 and at < $2 returning *)
                    insert into context.%I select * from gone', part) using since, ends;
    execute format('alter table context.history attach partition context.%I for values from (%L) to (%L)',
                   part, since, ends);
end $$;

-- Changes of which a subscriber is still to be told: a row is there until it is done with, so that no
-- order of commits and no end of a process loses one.
create table if not exists context.outbox (
    id uuid primary key,
    seq bigint generated always as identity,
    tenant text not null,
    entity_id text not null,
    at timestamptz not null,
    before jsonb,
    after jsonb
);

-- @contexts that are kept (clause 5.13.1). Cached ones come from `url` and every tenant sees them.
create table if not exists context.jsonld_context (
    id text primary key,  -- the local identifier
    tenant text not null,
    kind text not null check (kind in ('Cached', 'Hosted', 'ImplicitlyCreated')),
    url text,
    body jsonb not null,  -- the value of @context
    created_at timestamptz not null,
    expires_at timestamptz,
    last_usage timestamptz,
    hits bigint not null default 0,  -- how often it was found here
    check ((url is not null) = (kind = 'Cached'))
);
create unique index if not exists jsonld_context_cached on context.jsonld_context (url) where kind = 'Cached';

-- Context sources that registered (clause 5.9), in the stored form of dothi.context.registrations, and what
-- became of requests that were handed on to them.
create table if not exists context.registration (
    tenant text not null,
    id text not null,
    seq bigint generated always as identity,
    mode text not null check (mode in ('inclusive', 'exclusive', 'redirect', 'auxiliary')),
    endpoint text not null,
    expires_at timestamptz,  -- from then on it is as if it were not there
    created_at timestamptz not null,
    modified_at timestamptz not null,
    stored jsonb not null,
    times_sent bigint not null default 0,
    times_failed bigint not null default 0,
    last_success timestamptz,
    last_failure timestamptz,
    primary key (tenant, id)
);
create index if not exists registration_in_order on context.registration (tenant, seq);

-- What subscribers want to be told of, in the stored form of dothi.context.subscriptions, and what became
-- of their notifications.
create table if not exists context.subscription (
    tenant text not null,
    id text not null,
    seq bigint generated always as identity,
    stored jsonb not null,
    context jsonb not null,  -- {"context": the one with which it was made, "link": its address, "host": ours}
    created_at timestamptz not null,
    modified_at timestamptz not null,
    times_sent bigint not null default 0,
    times_failed bigint not null default 0,
    last_notification timestamptz,
    last_success timestamptz,
    last_failure timestamptz,
    primary key (tenant, id)
);
-- {"client", "told"}: whose rights bound what is told; null where it was made while the doors were open.
alter table context.subscription add column if not exists maker jsonb;
create index if not exists subscription_in_order on context.subscription (tenant, seq);

-- What subscribers want to be told of context sources (clause 5.11), like context.subscription.
create table if not exists context.source_subscription (
    tenant text not null,
    id text not null,
    seq bigint generated always as identity,
    stored jsonb not null,
    context jsonb not null,
    created_at timestamptz not null,
    modified_at timestamptz not null,
    times_sent bigint not null default 0,
    times_failed bigint not null default 0,
    last_notification timestamptz,
    last_success timestamptz,
    last_failure timestamptz,
    primary key (tenant, id)
);
alter table context.source_subscription add column if not exists maker jsonb;
create index if not exists source_subscription_in_order on context.source_subscription (tenant, seq);
-- When a subscriber who is told in turns (timeInterval) was told last, or began to be.
alter table context.source_subscription add column if not exists told_at timestamptz;

-- What subscribers to registrations are still to be told: how a registration was and became (null: it was, or
-- is, not there), or that a subscription is to hear of all there is. Whoever takes a row has it until `free_at`.
create table if not exists context.source_change (
    seq bigint generated always as identity primary key,
    tenant text not null,
    before jsonb,
    after jsonb,
    subscription text,
    free_at timestamptz not null
);
create index if not exists registration_expiry on context.registration (expires_at) where expires_at is not null;

-- Subscriptions as sources are told of them (clause 5.8.1.4): what each is to be told and what it took.
create table if not exists context.subscription_copy (
    id text primary key,  -- its id at the source, which nobody else knows
    tenant text not null,
    subscription text not null,
    registration text not null,
    source jsonb not null,  -- the registration in stored form, also when it is gone
    wanted jsonb,  -- null: nothing any more
    told jsonb,  -- null: nothing yet
    tries int not null default 0,  -- since it last took something
    next_at timestamptz not null,
    unique (tenant, subscription, registration)
);
create index if not exists subscription_copy_next on context.subscription_copy (next_at)
    where wanted is null or wanted is distinct from told;
drop index if exists context.subscription_copy_due;

-- What sources notified under a copy of a subscription, and its subscriber is still to be told.
create table if not exists context.heard (
    id uuid primary key,
    seq bigint generated always as identity,
    copy text not null,
    before jsonb,
    after jsonb
);
