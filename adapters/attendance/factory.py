"""The factory of the built-in attendance adapter."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from adapters.attendance.http import HttpAttendance
from adapters.attendance.probe import look_at_attendance
from adapters.plug_in import AdapterContext, AttendanceAdapter


@dataclass(frozen=True, slots=True)
class HttpAttendanceFactory:
    """``base_url`` is the origin before ``/attendance-service/…``; ``token`` is a bearer token;
    ``headers`` go with every call."""

    base_url: str
    token: str | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __call__(self, context: AdapterContext) -> AttendanceAdapter:
        authorization = None if self.token is None else f"Bearer {self.token}"
        api = context.api(self.base_url, authorization=authorization, headers=self.headers)
        return AttendanceAdapter(HttpAttendance(api), partial(look_at_attendance, api))
