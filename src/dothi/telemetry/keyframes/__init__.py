"""
Keyframes: all that is needed to show any moment of the past at once (`store/sql/keyframes.sql`).

    columns   what a keyframe holds as columns, and what was known of it at a moment
    making    spans are announced, filled when they are over, and corrected by what comes late

A keyframe of an hour holds the readings of that hour, and of those before it each that could be the last of
its series for somebody: the last one, and where that came late, also the one that was last until it came. So
one row answers for each of its moments, as it was and as it was known. What comes after a span was announced
counts beside the keyframes at once (`telemetry.late`), and is taken into them soon after.
"""
