"""How the admin and forms write days and moments."""
