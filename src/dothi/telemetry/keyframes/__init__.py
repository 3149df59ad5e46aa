"""
Keyframes: all that is needed to show any moment of the past at once (`store/sql/keyframes.sql`).

    columns   what a keyframe holds as columns, and what was known of it at a moment
    packing   columns as the bytes of a row
    needed    what a keyframe needs of the readings before its span
    filling   a keyframe filled, and filled anew with what came late
    making    spans are announced and filled when they are over

A keyframe of an hour holds the readings of that hour, and of those before it each that is the last of its
series by what is known from its begin on: the last one, and where that came late, also the one that was last
until it came. So one row answers for each of its moments, as it was and as it was known then. What comes
after a span was announced counts beside the keyframes at once (`telemetry.late`), and is taken into them soon
after.
"""
