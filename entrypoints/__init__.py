"""How the world reaches the use cases: settings, the container, HTTP and the command line."""
