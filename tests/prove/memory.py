"""How much memory a process of ours holds."""

from pathlib import Path

from tests.e2e.processes import Running


def resident(service: Running) -> float:
    """In MB, where the system tells (Linux); else 0."""
    told = Path(f"/proc/{service.process.pid}/status")
    if not told.exists():
        return 0.0
    return int(told.read_text().partition("VmRSS:")[2].split()[0]) / 1024
