"""Commands of Help."""
