"""The limit of open files: connections and databases need more than the usual 1,024."""

import sys

ENOUGH = 4096


def allow_open_files(enough: int = ENOUGH) -> None:
    """Raise this process's soft limit to ``enough``, or to the hard limit; never lower it."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - not there on Windows

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY:
        enough = min(enough, hard)
    if soft != resource.RLIM_INFINITY and soft < enough:
        resource.setrlimit(resource.RLIMIT_NOFILE, (enough, hard))
