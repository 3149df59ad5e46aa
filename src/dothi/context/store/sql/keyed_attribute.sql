insert into context.keyed_attribute (iri, declared_at) values ($1, $2) on conflict do nothing
