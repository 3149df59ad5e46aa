"""The demo city: invented people, one staffed desk, keys that protect nothing real."""

from pathlib import Path

FOLDER = Path(__file__).parent
