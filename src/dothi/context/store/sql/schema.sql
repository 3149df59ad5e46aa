-- The live context. Names are IRIs; `attributes` has the stored form of dothi.context.model.
create schema if not exists context;

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

-- One row for each instance of an attribute that was ever said, and one for each deletion.
create table if not exists context.history (
    seq bigint generated always as identity,
    tenant text not null,
    entity_id text not null,
    attribute text not null,  -- IRI; '' where the entity itself was made or deleted
    dataset_id text not null default '',  -- '' is the default instance
    instance_id uuid not null default uuidv7(),
    observed_at timestamptz,
    modified_at timestamptz not null,
    deleted boolean not null default false,
    instance jsonb not null,
    primary key (modified_at, seq)
) partition by range (modified_at);
create table if not exists context.history_default partition of context.history default;
create index if not exists history_of_attribute on context.history
    (tenant, entity_id, attribute, modified_at);

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
