"""The matcher: which entry answers a message, and how probable that is."""
