"""A bank's own past decisions, learned from the invoices of its own customers. Nothing calls it unasked."""
