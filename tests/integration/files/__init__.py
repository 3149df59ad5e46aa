"""Files: stored, read, refused, damaged, swept."""
