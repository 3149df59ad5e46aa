"""The door of devices: MQTT 3.1.1, acknowledging what is stored and nothing else."""
