"""The supervisor: starts and stops every process of the node."""
