"""The Django project of HitouchCX: settings, URLs, and what combines several apps."""
