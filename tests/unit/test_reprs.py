"""No repr shows a secret or a name."""

import asyncio

import aiohttp
from pydantic import SecretStr

from adapters.attendance.factory import HttpAttendanceFactory
from adapters.partner_api import PartnerApi
from adapters.plug_in import AdapterContext
from adapters.system import epoch, steady
from domain.errors import Partner
from domain.meeting import Admission, Entry, PersonId, Preset
from entrypoints.http.schemas import LeaveMeetingBody, ParticipantReply
from entrypoints.settings import Settings
from tests.builders import a_guest

WORD = "whisper"


async def test_no_repr_holds_a_secret_a_name_or_a_picture() -> None:
    secret = SecretStr(WORD)
    settings = Settings().model_copy(
        update={
            "dyte_token": secret,
            "attendance_token": secret,
            "attendance_headers": SecretStr(f"app-name: {WORD}"),
            "api_keys": secret,
        }
    )
    admission = Admission("p-1", PersonId("dra-ana"), Preset.HOST, WORD, WORD, WORD)
    leaving = LeaveMeetingBody(doctorID="a", referralID="b", meetID="c", leaveTicket=WORD)
    async with aiohttp.ClientSession() as session:
        shown = [
            PartnerApi(Partner.VIDEO, session, "https://video.example", WORD, {"app-name": WORD}),
            HttpAttendanceFactory("https://attendance.example", WORD, {"app-name": WORD}),
            AdapterContext(
                Partner.VIDEO,
                session,
                {"ADAPTER_TOKEN": WORD},
                epoch,
                steady,
                asyncio.sleep,
                lambda _url: None,
            ),
            settings,
            a_guest(name=WORD, picture=WORD),
            Entry(admission, WORD),
            leaving,
        ]
        assert WORD not in repr(shown)
    assert f"token='{WORD}'" not in repr(ParticipantReply.of(admission))
