"""What the tests stand on: real servers of their own, and databases made in a moment."""
