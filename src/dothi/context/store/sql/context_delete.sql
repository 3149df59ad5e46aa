delete from context.jsonld_context where id = $1
