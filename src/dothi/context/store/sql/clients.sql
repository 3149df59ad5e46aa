-- The clients that the node knows, with the fingerprints of their certificates.
select c.name, c.tokens_since, c.valid_from, c.valid_to,
    array(select k.fingerprint from public.clients_certificate k
          where k.client_id = c.id and k.revoked_at is null) as certificates
from public.clients_client c
