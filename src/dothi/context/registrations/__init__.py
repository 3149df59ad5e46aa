"""
Context source registrations (clauses 5.2.9 to 5.2.11, 5.12 and 4.3.6), apart from any storage.

    operations  the names of operations and of groups of them (clause 4.20)
    checks      checks of single members
    information what a source has: entities, properties, relationships
    members     reading a registration into its stored form, and writing it again
    wanted      what somebody looks for in registrations
    matching    whether a registration has something of what is wanted
    modes       which registrations may not stand beside each other

The stored form is that of clause 5.2.9 with IRIs in place of the names of types, attributes and the
registration's own properties, which stand in `properties`.
"""
