"""The only writes of the register; each writes row, ledger and event in one transaction."""

from dothi.registers.devices.actions.claiming import claim
from dothi.registers.devices.actions.holding import hold, lift
from dothi.registers.devices.actions.importing import bring
from dothi.registers.devices.actions.keeping import assign, link, revoke, unlink
from dothi.registers.devices.actions.keys import accept_certificate, issue_token
from dothi.registers.devices.actions.registering import register, register_boxes

__all__ = [
    "accept_certificate",
    "assign",
    "bring",
    "claim",
    "hold",
    "issue_token",
    "lift",
    "link",
    "register",
    "register_boxes",
    "revoke",
    "unlink",
]
