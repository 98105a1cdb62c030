"""The paths, queries and bodies of operators' requests."""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from adapters.fields import Identifier, Name
from domain.delivery import State
from entrypoints.operators.times import AGO, read_since

STRICT = ConfigDict(extra="forbid")
"""Unknown fields are refused: a misspelt filter must not select everything."""


def _moment(given: object) -> float:
    try:
        return read_since(given if isinstance(given, str) else "")
    except ValueError as error:
        raise PydanticCustomError("since", "30m, 2h, 3d or ISO 8601") from error


def _digits(value: object) -> object:
    """A number in a query is digits alone, as the document says."""
    if isinstance(value, str) and not (value.isascii() and value.isdigit()):
        raise PydanticCustomError("int_parsing", "digits")
    return value


Number = Annotated[int, Field(ge=1, le=2**63 - 1)]
"""A row's number in the database."""
Limit = Annotated[int, Field(ge=1, le=1000), BeforeValidator(_digits)]
Reason = Name
"""An operator's reason: 1 to 255 printable characters, as a name has."""
Since = Annotated[
    float,
    BeforeValidator(_moment),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": f"^{AGO}$"},
                {"type": "string", "format": "date-time"},
                {"type": "string", "format": "date"},
            ]
        }
    ),
]


class DeliveryPath(BaseModel):
    """The number in a path."""

    id: Annotated[Number, Field(description="O número do webhook.")]


class ReferralPath(BaseModel):
    """The referral in a path."""

    referral: Identifier


class InboxQuery(BaseModel):
    """Which webhooks to list."""

    model_config = STRICT

    state: Annotated[
        Literal["waiting", "done", "dead"] | None, Field(description="Só os que estão assim.")
    ] = None
    referral: Annotated[Identifier | None, Field(description="Só os deste encaminhamento.")] = None
    since: Annotated[
        Since | None,
        Field(description="Recebidos desde então: 30m, 2h, 3d atrás, ou ISO 8601."),
    ] = None
    limit: Annotated[Limit, Field(description="Quantos, no máximo.")] = 100

    @property
    def wanted(self) -> State | None:
        return None if self.state is None else State[self.state.upper()]


class WaitingQuery(BaseModel):
    """Which updates or closings to list."""

    model_config = STRICT

    referral: Annotated[Identifier | None, Field(description="Só os deste encaminhamento.")] = None
    limit: Annotated[Limit, Field(description="Quantos, no máximo.")] = 100


class VisitsQuery(BaseModel):
    """Which visits to count."""

    model_config = STRICT

    since: Annotated[
        Since | None,
        Field(description="Reuniões conhecidas desde então: 30m, 2h, 3d atrás, ou ISO 8601."),
    ] = None
    after: Annotated[
        Number | None, Field(description="O `next` da resposta anterior, para continuar.")
    ] = None
    limit: Annotated[Limit, Field(description="Quantas reuniões, no máximo.")] = 100


class RetryBody(BaseModel):
    """POST /operations/inbox/retry"""

    model_config = STRICT

    since: Since | None = None


class DiscardBody(BaseModel):
    """POST /operations/inbox/{id}/discard"""

    model_config = STRICT

    why: Reason


class ClearBody(BaseModel):
    """POST /operations/presence/{referral}/clear"""

    model_config = STRICT

    userId: Identifier  # noqa: N815
    why: Reason
