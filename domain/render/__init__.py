"""Render: an alert's document as a message that people read, in the markup and within the limits of each service."""
