"""Answers. Right-to-left pages, rendered on the server from storage."""
