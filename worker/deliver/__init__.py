"""Deliver: sends what waits in the outbox, each channel in its own way."""
