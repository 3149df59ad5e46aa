"""
What devices measure: taken at the edge, checked, stored, and acknowledged once it is stored.

    edge      connections of devices, who they are, where they may publish
    store     tables in PostgreSQL and the one way by which readings get there: group commit
    payloads  SenML and plain JSON as readings; pure
    mqtt      packets of MQTT 3.1.1; pure
    types     readings, devices, findings
"""
