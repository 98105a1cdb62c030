"""Whether our clock and a partner's agree, as far as its newest answer tells."""

from adapters.partner_api import PartnerApi
from adapters.plug_in import Finding

CLOSE = 5.0
"""Seconds. An answer's ``Date`` is in whole ones, and some old when it arrives."""
FAR = 60.0
"""Seconds from which tokens, leave tickets and the times of leavings are no longer understood."""


def look_at_clock(api: PartnerApi) -> list[Finding]:
    """Nothing when it has not answered, or without a ``Date``."""
    ahead = api.clock.ahead
    if ahead is None:
        return []
    subject = f"clock of the {api.partner.value}"
    if abs(ahead) <= CLOSE:
        return [Finding(subject, ok=True, detail="agrees with this machine's")]
    way = "ahead of" if ahead > 0 else "behind"
    detail = (
        f"{abs(ahead):,.0f} s {way} this machine's: set this machine's by NTP, "
        "or tell the operators of the other machine"
    )
    near = abs(ahead) < FAR
    return [Finding(subject, ok=near, warning=near, detail=detail)]
