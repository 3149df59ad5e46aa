"""
Notices: the one inbox of each person.

    from dothi.foundation.notices.actions import mark_read, tell
    from dothi.foundation.notices.queries import inbox, unread_count
    from dothi.foundation.notices.types import NoticeKind

What a notice says is sealed with the key of the person it is for. Reading one's own inbox is no
read of another's data and is not recorded; nobody else has a query for it.
"""
