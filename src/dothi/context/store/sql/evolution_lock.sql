select number
from context.evolution
where tenant = $1 and id = $2
for update
