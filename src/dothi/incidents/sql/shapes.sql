-- The stored shape of each area that there is: the value of the first instance of its location.
select id, attributes -> 'https://uri.etsi.org/ngsi-ld/location' -> 0 -> 'value'
from context.entity
where tenant = '' and id = any(%(ids)s)
