"""State machines over the services of several apps, with random acts."""
