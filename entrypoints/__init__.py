"""Entry points: settings, the container, the HTTP interface and the command line."""
