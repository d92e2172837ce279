"""Items into groups so that those who sit together are worth most to each other, under every seating.

A salon's round, a maximally diverse grouping, a week of a golf schedule and teams of even strength are one
problem here: symmetric weights between items, groups with places, and exchanges of two items.
"""
