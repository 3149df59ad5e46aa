"""The operations that a context source may do for others, and their groups (clause 4.20)."""

from collections.abc import Collection, Mapping
from typing import Final

DEFAULT: Final = ("federationOps",)
"""What a source does that does not say it (clause 5.2.9)."""
RETRIEVE: Final = frozenset({"retrieveEntity", "queryEntity"})
PAST: Final = frozenset({"retrieveTemporal", "queryTemporal"})
MAPPING: Final = frozenset(
    {"retrieveEntityMap", "updateEntityMap", "deleteEntityMap", "createEntityMapQueryEntity",
     "retrieveContextSourceIdentity"}
)  # fmt: skip
FEDERATION: Final = MAPPING | frozenset(
    {"retrieveEntity", "queryEntity", "queryBatch", "retrieveEntityTypes", "retrieveEntityTypeDetails",
     "retrieveEntityTypeInfo", "retrieveAttrTypes", "retrieveAttrTypeDetails", "retrieveAttrTypeInfo",
     "createSubscription", "updateSubscription", "retrieveSubscription", "querySubscription",
     "deleteSubscription"}
)  # fmt: skip
UPDATE: Final = frozenset({"updateEntity", "updateAttrs", "replaceEntity", "replaceAttrs"})
REDIRECTION: Final = MAPPING | frozenset(
    {"createEntity", "updateEntity", "appendAttrs", "updateAttrs", "deleteAttrs", "deleteEntity",
     "mergeEntity", "replaceEntity", "replaceAttrs", "retrieveEntity", "queryEntity", "purgeEntity",
     "retrieveEntityTypes", "retrieveEntityTypeDetails", "retrieveEntityTypeInfo", "retrieveAttrTypes",
     "retrieveAttrTypeDetails", "retrieveAttrTypeInfo"}
)  # fmt: skip
GROUPS: Final[Mapping[str, frozenset[str]]] = {
    "federationOps": FEDERATION,
    "updateOps": UPDATE,
    "retrieveOps": RETRIEVE,
    "redirectionOps": REDIRECTION,
    "associationOps": FEDERATION,
}
BATCHES: Final = frozenset({"createBatch", "upsertBatch", "updateBatch", "deleteBatch", "mergeBatch"})
CHANGES: Final = (
    UPDATE
    | BATCHES
    | {"createEntity", "appendAttrs", "deleteAttrs", "deleteEntity", "mergeEntity", "purgeEntity"}
)
"""Those that change entities."""
OPERATIONS: Final = (
    FEDERATION | UPDATE | REDIRECTION
    | BATCHES
    | {"upsertTemporal", "appendAttrsTemporal", "deleteAttrsTemporal", "updateAttrInstanceTemporal",
       "deleteAttrInstanceTemporal", "deleteTemporal", "retrieveTemporal", "queryTemporal",
       "createEntityMap", "createEntityMapQueryTemporal"}
)  # fmt: skip
NAMES: Final = (*sorted(GROUPS), *sorted(OPERATIONS))


def does(told: Collection[str], operation: str) -> bool:
    """Tell whether a source that tells these operations and groups does `operation`."""
    return operation in told or any(operation in GROUPS.get(one, ()) for one in told)
