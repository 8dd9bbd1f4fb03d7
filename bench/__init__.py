"""One script a claim; each ends in one line of JSON with its figures."""
