"""Connections and databases are open files: the usual soft limit of 1,024 is too few."""

import sys

ENOUGH = 4096


def allow_open_files(enough: int = ENOUGH) -> None:
    """Raise this process's own limit, as far as the system lets it; never lower it."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - not there on Windows

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY:
        enough = min(enough, hard)
    if soft != resource.RLIM_INFINITY and soft < enough:
        resource.setrlimit(resource.RLIMIT_NOFILE, (enough, hard))
