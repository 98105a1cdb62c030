"""Look at the attendance service by reading a referral that cannot exist."""

from adapters.attendance.http import REFERRALS
from adapters.clock_probe import look_at_clock
from adapters.partner_api import PartnerApi
from adapters.plug_in import Finding
from domain.errors import PartnerError, PartnerMisconfiguredError, PartnerNotFoundError

SUBJECT = "attendance service"
IMPOSSIBLE = "videochamadas-check-no-such-referral"


async def look_at_attendance(api: PartnerApi) -> list[Finding]:
    return [await _asked(api), *look_at_clock(api)]


async def _asked(api: PartnerApi) -> Finding:
    """A JSON 404 is the healthy answer; any JSON success is accepted too."""
    try:
        await api.call("GET", *REFERRALS, IMPOSSIBLE, item=None)
    except PartnerNotFoundError:
        pass
    except PartnerMisconfiguredError as error:
        detail = f"{error}; check ATTENDANCE_TOKEN, and ATTENDANCE_BASE_URL"
        return Finding(SUBJECT, ok=False, detail=detail)
    except PartnerError as error:
        return Finding(SUBJECT, ok=False, detail=f"{error}; check ATTENDANCE_BASE_URL")
    return Finding(SUBJECT, ok=True, detail="reachable, answers JSON, is not this service")
