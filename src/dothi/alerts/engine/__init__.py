"""Decisions of rules: pure folds over samples, their evidence, and the examples that rules bring."""
