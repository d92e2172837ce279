"""JSON is read as it stands, or refused; nothing hostile gets an exception out of the reader."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.bodies import LONGEST_LIST, LONGEST_TEXT, read_json
from api.errors import STATUS
from matcher.errors import InvalidInput

plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**62), 2**62)
    | st.floats(-1e15, 1e15)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=5),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(plain)
def test_plain_json_is_read_unchanged(value: object) -> None:
    assert read_json(json.dumps(value).encode()) == value


@given(st.binary(max_size=200))
def test_no_bytes_do_more_than_be_refused(raw: bytes) -> None:
    try:
        read_json(raw)
    except InvalidInput as refusal:
        assert 400 <= STATUS[refusal.code] < 500  # noqa: PT017


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "api.not_json"),
        (b"{", "api.not_json"),
        (b'{"a":1,"a":2}', "api.key_twice"),
        (b'{"x":{"a":1,"a":1}}', "api.key_twice"),
        (b"NaN", "api.not_a_json_number"),
        (b'{"a":Infinity}', "api.not_a_json_number"),
        (b'{"a":-Infinity}', "api.not_a_json_number"),
        (b"\xff\xfe", "api.not_utf8"),
        (b'"\xed\xa0\x80"', "api.not_utf8"),
        (b'"\\ud800"', "api.fields"),
        (b'{"\\udfff":1}', "api.fields"),
        (b'"\\u0000"', "api.fields"),
        (b"9223372036854775808", "api.fields"),
        (b"1e999", "api.fields"),
        (b"9" * 5000, "api.not_json"),
        (b"[" * 21 + b"]" * 21, "api.too_deep"),
        (b"[" * 100_000, "api.too_deep"),
        (b'{"a":' * 30 + b"1" + b"}" * 30, "api.too_deep"),
        (("[" + "1," * LONGEST_LIST + "1]").encode(), "api.fields"),
        (json.dumps("字" * (LONGEST_TEXT + 1)).encode(), "api.fields"),
    ],
)
def test_each_of_these_is_refused_with_its_reason(raw: bytes, reason: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        read_json(raw)
    assert refusal.value.reason == reason


def test_the_stated_limits_themselves_are_allowed() -> None:
    assert len(read_json(json.dumps([1] * LONGEST_LIST).encode())) == LONGEST_LIST
    assert len(read_json(json.dumps("字" * LONGEST_TEXT).encode())) == LONGEST_TEXT
    assert read_json(b"[" * 20 + b"]" * 20) is not None
    assert read_json(b'"' + b"[{" * 100 + b'"') == "[{" * 100
    assert read_json(b"9223372036854775807") == 2**63 - 1
