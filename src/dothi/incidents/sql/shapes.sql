-- The stored shape of each area that there is: the value of the first instance of its location. What is so
-- large that no area of a city can be meant is not even read.
select id, shape
from (select id, attributes #> '{https://uri.etsi.org/ngsi-ld/location,0,value}' as shape
      from context.entity where tenant = '' and id = any(%(ids)s)) found
where octet_length(shape::text) <= %(most)s
