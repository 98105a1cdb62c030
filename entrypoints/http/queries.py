"""Read what follows the ``?`` of a request."""

from typing import TypeVar

from aiohttp import web
from pydantic import BaseModel

Model = TypeVar("Model", bound=BaseModel)


def read_query(request: web.Request, model: type[Model]) -> Model:
    """The parameters as a model; one that comes twice is a list to it, and refused as such.

    Raises pydantic's ValidationError, which answers 422.
    """
    given = {name: request.query.getall(name) for name in request.query}
    return model.model_validate(
        {name: values[0] if len(values) == 1 else values for name, values in given.items()}
    )
