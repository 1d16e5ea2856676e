"""API views of the chatbot."""
