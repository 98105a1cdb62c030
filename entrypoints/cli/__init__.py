"""The command line: ``videochamadas …``."""
