"""
Which entities are meant: the query languages of clauses 4.9, 4.10, 4.17, 4.19 and 4.21.

Each language is parsed once into a tree of frozen values, and the tree answers twice: `matches` for an
entity in its stored form, `sql` for rows of context.entity. Both say the same (a property test holds
them to it), so subscriptions and queries mean the same by the same text. Whatever comes from a request
reaches PostgreSQL as a parameter.

    scanner     reading a text from left to right, with errors that say where
    parameters  the parameters of one statement
    literals    numbers, texts, instants and what a target value is compared with
    patterns    regular expressions as automata, which cannot run away
    paths       attribute paths: sub-attributes, members, trailing paths, languages, linked entities
    conditions  what a term asks of an instance
    q           terms, and, or
    types       type selection
    scopes      scope queries
    geo         geo-queries, with `distance` in meters on the ellipsoid
    projection  pick and omit
    ordering    in which order they are told
    entities    all of them together
"""
