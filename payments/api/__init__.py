"""API views of payments."""
