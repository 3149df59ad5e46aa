-- Stops of buses, one for each name and place, with the routes that stop there; by name.
select entity.attributes #>> '{https://smartdatamodels.org/name,0,value}' as name,
       string_agg(distinct entity.attributes #>> '{urn:dothi:ns:routes,0,value}', ', '
                  order by entity.attributes #>> '{urn:dothi:ns:routes,0,value}'),
       (entity.attributes #> '{https://uri.etsi.org/ngsi-ld/location,0,value}') as shape
from entity
group by 1, 3 order by 1, 3::text
