"""
Devices: what officials do to them, each act with its ledger entry in one transaction.

The rows themselves are telemetry's (`telemetry.device`, `profile`, `twin`), whose edge follows them: what is
committed here opens or closes the door within a moment. Explained in docs/explanation/devices.md.

    from dothi.registers.devices.actions import assign, claim, issue_token, register, register_boxes, revoke
    from dothi.registers.devices.queries import device, devices, profiles
"""
