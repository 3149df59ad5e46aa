"""Rivers, lakes and flooded points: models, profiles of devices, alert levels."""
