"""
What can go wrong with tasks.

    Problem
    ├── Conflict
    │   └── TaskTaken      409  a colleague was faster, or it is finished
    └── NotFound
        └── NoSuchTask     404
"""

from dothi.kernel.problems import Conflict, NotFound, msg


class TaskTaken(Conflict):
    """A colleague has claimed the task, or it is finished."""

    slug = "task-taken"
    title = msg("A colleague has taken this task")
    way_out = msg("Choose another from the list, or ask the colleague to release it.")


class NoSuchTask(NotFound):
    """No task with this id."""

    slug = "no-such-task"
