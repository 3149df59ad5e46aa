"""
Work that gave up, and who lets it try again: an act of the administrator of the unit that runs the node.

A dead letter is a job that failed for good (`foundation.jobs`). Events never give up: the publisher sends
until each is stored, and a consumer that fails stays where it is.

    from dothi.foundation.mending.actions import wake_letter
    from dothi.foundation.mending.queries import letter, letters
"""
