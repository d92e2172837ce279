"""Matching of enterprises with partners, loans, spaces and people: true without HTTP and without a clock."""
