"""Faults: parts of a running node die at random moments; what was acknowledged stays, once."""
