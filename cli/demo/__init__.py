"""`marsad demo`: the whole story in under a minute, on loopback, with invented outlets and articles."""
