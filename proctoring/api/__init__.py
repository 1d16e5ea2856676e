"""API views of proctoring."""
