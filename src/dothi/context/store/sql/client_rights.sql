-- Rights of clients; those of no client are everybody's.
select c.name as client, r.tenant, r.operations, r.types, r.scopes, r.attributes, r.valid_from, r.valid_to
from public.clients_right r
left join public.clients_client c on c.id = r.client_id
