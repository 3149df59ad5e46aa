select iri, quote_literal(iri) as quoted from context.keyed_attribute
