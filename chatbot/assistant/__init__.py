"""The assistant: decides how a question is answered, with or without a language model."""
