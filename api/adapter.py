"""How APIFlask reads requests with pydantic: each value once, strictly, every fault by its pointer."""

from __future__ import annotations

import re
import types
import typing as t
from collections.abc import Mapping
from functools import cache

from apiflask.schema_adapters import registry
from apiflask.schema_adapters.pydantic import PydanticAdapter
from flask import Request
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import UnsupportedMediaType

from api.bodies import escaped, read_json, refuse_excess
from api.errors import FieldsInvalid, Malformed
from matcher.messages import catalogue

SCHEMA_PLACE: t.Final = "#/components/schemas/{model}"
_MANY: t.Final = (list, set, tuple, frozenset)


class Adapter(PydanticAdapter):
    """Replaces APIFlask's own adapter; see docs/decisions/0006-api.md for what that one gets wrong."""

    def validate_input(self, request: Request, location: str, **_ignored: t.Any) -> BaseModel:
        """The validated body, query or form. Raises Malformed, FieldsInvalid or UnsupportedMediaType."""
        try:
            if location == "json":
                return self._json(request)
            if location == "query":
                return self.model_class.model_validate(gathered(self.model_class, request.args))
            if location == "form_and_files":
                return self._form(request)
        except ValidationError as error:
            raise FieldsInvalid(_faults(error), location) from None
        raise AssertionError(f"no route reads from {location}")

    def _json(self, request: Request) -> BaseModel:
        if not request.is_json:
            raise UnsupportedMediaType
        raw = request.get_data()
        read_json(raw)
        return self.model_class.model_validate_json(raw)

    def _form(self, request: Request) -> BaseModel:
        if request.mimetype != "multipart/form-data":
            raise UnsupportedMediaType
        values = gathered(self.model_class, request.form)
        return self.model_class.model_validate({**values, **request.files.to_dict()})

    def get_schema_name(self) -> str:
        """A name that OpenAPI allows: generic models carry brackets."""
        return re.sub(r"[^A-Za-z0-9._-]+", "_", self.model_class.__name__).strip("_")

    def get_openapi_schema(self, **kwargs: t.Any) -> dict[str, t.Any]:
        """The JSON schema; children are named once for all parents (`api.openapi` lifts them)."""
        return self.model_class.model_json_schema(
            ref_template=SCHEMA_PLACE, mode=kwargs.get("mode", "validation")
        )


def install() -> None:
    """Put the adapter into APIFlask's registry; it holds for the process."""
    registry.register("pydantic", Adapter)


Model = t.TypeVar("Model", bound=BaseModel)


def read_form(model: type[Model], request: Request) -> Model:
    """A page's form. Raises FieldsInvalid."""
    try:
        return model.model_validate(gathered(model, request.form))
    except ValidationError as error:
        raise FieldsInvalid(_faults(error), "form") from None


def gathered(model: type[BaseModel], values: MultiDict[str, str]) -> dict[str, t.Any]:
    """Query or form values by name: a list where the model wants one, else exactly one value.

    Raises FieldsInvalid where a single value is given twice: neither may win silently.
    """
    lists = list_fields(model)
    twice = [name for name, given in values.lists() if len(given) > 1 and name not in lists]
    if twice:
        raise FieldsInvalid(
            [(f"/{escaped(name)}", "twice", "api.field.twice", {}) for name in twice], "query"
        )
    found = {name: given if name in lists else given[0] for name, given in values.lists()}
    refuse_excess(found, "query")
    return found


@cache
def list_fields(model: type[BaseModel]) -> frozenset[str]:
    """Names, as sent, of the fields that take several values."""
    return frozenset(
        field.alias if field.alias is not None else name
        for name, field in model.model_fields.items()
        if _is_many(field.annotation)
    )


def _is_many(annotation: t.Any) -> bool:
    origin = t.get_origin(annotation)
    if origin in _MANY:
        return True
    union = origin is t.Union or origin is types.UnionType
    return union and any(_is_many(part) for part in t.get_args(annotation))


def _faults(error: ValidationError) -> list[tuple[str, str, str, Mapping[str, object]]]:
    details = error.errors(include_url=False, include_input=False)
    if details and details[0]["type"] == "json_invalid":
        raise Malformed("api.not_json")
    return [_fault(detail) for detail in details[:20]]


def _fault(detail: ErrorDetails) -> tuple[str, str, str, Mapping[str, object]]:
    pointer = "".join(f"/{escaped(str(part))}" for part in detail["loc"])
    key = f"api.field.{detail['type']}"
    known = key if key in catalogue("zh") else "api.field.invalid"
    return pointer, detail["type"], known, {**detail.get("ctx", {}), "type": detail["type"]}
