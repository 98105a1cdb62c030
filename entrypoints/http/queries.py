"""Read the query string of a request."""

from typing import TypeVar

from aiohttp import web
from pydantic import BaseModel

Model = TypeVar("Model", bound=BaseModel)


def read_query(request: web.Request, model: type[Model]) -> Model:
    """The parameters as a model.

    Raises pydantic's ValidationError, which answers 422, also for a parameter that comes twice.
    """
    given = {name: request.query.getall(name) for name in request.query}
    return model.model_validate(
        {name: values[0] if len(values) == 1 else values for name, values in given.items()}
    )
