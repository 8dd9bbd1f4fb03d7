"""The command `marsad`, one file a noun."""
