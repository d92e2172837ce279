"""Honest quality figures on outside data: the production code and a stated protocol, baselines beside it."""
