"""
The live context of the city: an NGSI-LD context broker (ETSI GS CIM 009 v1.8.1), without Django.

    api            HTTP: paths, parameters, negotiation, status codes
    operations     the operations of clauses 5.6 to 5.14
    subscriptions  who is told of changes, when, and by which way (clause 5.8)
    store          PostgreSQL: entities, their history, and everything that is kept
    rights         who may read and write what
    query          which entities are meant: type selection, q, scopeQ, geo
    model          one entity, apart from any storage: reading, merging, writing it out
    jsonld         names: @contexts, expanding and compacting
    outbound       calls to addresses that strangers name
"""
