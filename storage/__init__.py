"""Keeps. The database is the queue of record; SQLite and PostgreSQL alike."""
