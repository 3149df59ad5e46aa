"""Views of the operations center."""
