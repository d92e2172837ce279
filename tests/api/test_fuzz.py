"""The document against the server: no input is answered with a failure, no answer breaks its shape."""

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from matcher.domain.access import Role

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EXAMPLES = 12  # an operation; the release bar raises it


def test_no_generated_request_is_answered_with_a_failure(tower) -> None:
    schema = schemathesis.openapi.from_wsgi("/v1/openapi.json", tower.app)
    headers = {"Authorization": f"Bearer {tower.keys[Role.OFFICER]}"}
    quick = settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    for found in schema.get_all_operations():
        operation = found.ok()

        @quick
        @given(case=operation.as_strategy())
        def probe(case) -> None:
            case.call_and_validate(headers=headers, checks=CHECKS)

        probe()
