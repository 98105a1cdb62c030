"""``python -m entrypoints``: the same as ``videochamadas``."""

from entrypoints.cli.main import main

main()
