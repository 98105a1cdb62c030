"""What a look at a partner found, for the operator who runs the check."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; ``detail`` says what to fix when it is not ok."""

    subject: str
    ok: bool
    detail: str
