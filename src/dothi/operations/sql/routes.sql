-- Routes of buses that can be drawn, each direction with how many trips it has; by name.
select coalesce(entity.attributes #>> '{https://smartdatamodels.org/dataModel.UrbanMobility/shortName,0,value}',
                entity.attributes #>> '{https://smartdatamodels.org/name,0,value}', entity.id) as name,
       entity.attributes #>> '{urn:dothi:ns:tripCount,0,value}',
       (entity.attributes #> '{https://uri.etsi.org/ngsi-ld/location,0,value}') as shape
from entity
where entity.attributes ? 'https://uri.etsi.org/ngsi-ld/location'
order by 1, entity.id
