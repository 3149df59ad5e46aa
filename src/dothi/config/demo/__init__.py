"""The demo city: invented people, one staffed desk, keys that protect nothing real."""
