"""Benchmarks: each figure against its physical floor in the same run."""
