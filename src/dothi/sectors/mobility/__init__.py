"""Roads, traffic and public transport: models, profiles of devices, level of service."""
