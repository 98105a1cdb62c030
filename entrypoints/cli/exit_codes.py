"""What the commands exit with beside 0 for done and 1 for a problem that was found."""

EXIT_SETTINGS = 2
"""Nothing was done, because the settings do not fit; ``check`` looks at them and has 1 for that."""
