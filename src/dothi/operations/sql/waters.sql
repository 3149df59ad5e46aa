-- Rivers and lakes that the city has drawn; by name.
select entity.attributes #>> '{https://smartdatamodels.org/name,0,value}' as name,
       entity.attributes #>> '{urn:dothi:ns:waterType,0,value}',
       (entity.attributes #> '{https://uri.etsi.org/ngsi-ld/location,0,value}') as shape
from entity
order by 1, entity.id
