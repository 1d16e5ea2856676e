"""Whether what a text says is in the entries that it cites, by rule."""
