"""Wakes. Asks the database what is due and hands ids to the workers."""
