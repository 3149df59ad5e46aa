"""Dossiers: a person's application for a procedure, from draft to returned result, under the legal clock."""
