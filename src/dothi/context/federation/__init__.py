"""
Distributed operations (clause 4.3.6): requests handed on to registered sources, and their answers joined.

    sources   registrations as those see them who hand on a request
    via       which brokers a request came through (6.3.18)
    calls     one request to one source: headers, timeout, cooldown, what came of it
    speech    the @context under which a source is spoken to (4.3.6.6)
    reading   entities in the answers of sources
    discovery types and attributes at sources (5.7.5 to 5.7.10)
    merging   several versions of one entity made one (4.5.5)
    narrowing the part of a query that a registration covers (4.3.6.1)
    consumption  retrieving and querying at sources (5.7.1, 5.7.2)
    recollection  the past of entities at sources (5.7.3, 5.7.4)
    shares    which source has which part of what is to be written (5.6)
    provision writing that part at the source
    batches   writing many entities at once

Registrations come from the store; nothing here writes entities.
"""
