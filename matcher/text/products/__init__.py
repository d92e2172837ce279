"""A product's text -> draft criteria, each with its sentence: sections, conditions, terms, audience."""
