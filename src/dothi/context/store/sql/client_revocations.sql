select jti from public.clients_revocation
