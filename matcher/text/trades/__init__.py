"""The trade of an enterprise, read from its registered scope (经营范围) and its name."""
