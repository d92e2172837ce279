"""The occupation of a vacancy, or of what somebody looks for, read from its title."""
