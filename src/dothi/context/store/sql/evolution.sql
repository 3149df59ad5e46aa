select number, id, types, created_at
from context.evolution
where tenant = $1 and id = $2
