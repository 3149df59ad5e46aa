-- The areas of wards and communes, as the live context has them; by code.
select entity.attributes #>> '{urn:dothi:ns:areaCode,0,value}',
       entity.attributes #>> '{https://smartdatamodels.org/name,0,value}',
       coalesce(entity.attributes #>> '{https://smartdatamodels.org/alternateName,0,value}',
                entity.attributes #>> '{https://smartdatamodels.org/name,0,value}'),
       entity.attributes #> '{https://uri.etsi.org/ngsi-ld/location,0,value}',
       (entity.attributes #>> '{urn:dothi:ns:approximate,0,value}')::boolean
from context.entity
where entity.tenant = '' and entity.types @> '{urn:dothi:ns:AdministrativeArea}'
  and entity.attributes #>> '{urn:dothi:ns:areaLevel,0,value}' <> 'city'
order by 1
