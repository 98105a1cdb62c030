"""The limit of open files: connections and databases need more than the usual 1,024."""

import sys

from adapters.plug_in import Finding

ENOUGH = 4096
SUBJECT = "open files"


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


def look_at_open_files(enough: int = ENOUGH) -> list[Finding]:
    """Whether serving may have ``enough``."""
    if sys.platform == "win32":
        return []
    import resource  # noqa: PLC0415 - not there on Windows

    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard == resource.RLIM_INFINITY or hard >= enough:
        return [Finding(SUBJECT, ok=True, detail=f"{enough:,} may be open")]
    detail = (
        f"only {hard:,} may be open, and connections beyond that are refused: allow {enough:,}, "
        "by `ulimit -Hn` or LimitNOFILE"
    )
    return [Finding(SUBJECT, ok=True, warning=True, detail=detail)]
