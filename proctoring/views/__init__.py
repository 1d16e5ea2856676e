"""Page views of proctoring."""
