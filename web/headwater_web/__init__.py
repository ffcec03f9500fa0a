"""HTTP, command line and the web explorer."""
