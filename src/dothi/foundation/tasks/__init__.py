"""
Tasks: the one work list of each official.

    from dothi.foundation.tasks.actions import claim, finish, post, release
    from dothi.foundation.tasks.queries import work_list
    from dothi.foundation.tasks.types import Place, Work

A task is for a duty in a unit, never for a person; somebody who holds the duty claims it. It says
what to do and where, in words without personal data. Whether one may do it, the room that posted
it decides with `identity.authority` when it is done.
"""
