"""
Clients: programs that speak to this node's broker, what each may do there, and how it proves who it is.

    from dothi.foundation.clients.actions import grant, issue, publish, register, revoke_tokens, withdraw
    from dothi.foundation.clients.types import Terms

A client is answered for by a unit, whose administrator acts for it. What everybody may read is a right of
no client. The tables are read by the broker (`dothi.context.store.published`), which knows no Django: each
change of them is told on the channel `dothi_rights` when it commits.
"""
