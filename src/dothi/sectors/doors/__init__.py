"""The doors that everybody uses: of entities by HTTP, of devices by MQTT; and the registry of devices."""
