"""Date and time formats of the admin and of forms (`FORMAT_MODULE_PATH`)."""
