-- Hospitals that the live context knows, by id.
select entity.attributes #>> '{https://smartdatamodels.org/name,0,value}',
       coalesce(entity.attributes #>> '{https://smartdatamodels.org/alternateName,0,value}',
                entity.attributes #>> '{https://smartdatamodels.org/name,0,value}'),
       entity.attributes #>> '{https://uri.etsi.org/ngsi-ld/location,0,value,coordinates,0}',
       entity.attributes #>> '{https://uri.etsi.org/ngsi-ld/location,0,value,coordinates,1}'
from context.entity
where entity.tenant = '' and entity.types @> '{urn:dothi:ns:Hospital}'
  and entity.attributes #>> '{https://uri.etsi.org/ngsi-ld/location,0,value,type}' = 'Point'
order by entity.id
