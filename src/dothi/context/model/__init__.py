"""
One NGSI-LD entity, apart from HTTP and storage.

Stored form, which is also what lies in PostgreSQL (all names are IRIs, all instants end in Z):

    Entity      {"id", "type": [IRI], "scope": [str], "createdAt", "modifiedAt", "attributes": Attributes}
    Attributes  {IRI of the attribute: [Instance, at least one; the default one has no datasetId]}
    Instance    {"type": one of `kinds.KINDS`, the member of its kind, and where there are such:
                 "observedAt", "unitCode", "valueType", "datasetId", "objectType" [IRI], "lang",
                 "createdAt", "modifiedAt", "attributes": Attributes of the attribute itself};
                 "vocab" is an IRI or a list of them, "objectList" a list of URIs
"""
