select id, tenant, subscription, registration, source, wanted, told, tries
from context.subscription_copy
where id = $1 and wanted is not null
