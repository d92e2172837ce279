"""Resolvable designs: rounds in which nobody shares a table with the same person twice, by construction."""
