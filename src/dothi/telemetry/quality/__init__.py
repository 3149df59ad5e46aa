"""
What speaks against a reading: limits of its measure, the reading before it, and its neighbors. Pure.

    limits     what is believable of each series, as columns
    checks     range, skew, step, gap and stuck of many readings at once
    neighbors  who stands near whom, and who disagrees with them
"""
