"""
Reads of the register: devices of one's units, one device with all about it, kinds of devices, how
long readings are kept.
"""

from dothi.registers.devices.queries.keeping import holds, last_keeping
from dothi.registers.devices.queries.lists import Wanted, devices, groups
from dothi.registers.devices.queries.one import device
from dothi.registers.devices.queries.profiles import profile_named, profiles

__all__ = ["Wanted", "device", "devices", "groups", "holds", "last_keeping", "profile_named", "profiles"]
