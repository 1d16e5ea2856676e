"""HitouchCX: the project that knows every app."""
