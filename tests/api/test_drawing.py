"""The thread and the marked text: nothing of the text is lost, nothing is marked twice."""

from hypothesis import given
from hypothesis import strategies as st

from api.console.drawing import columns, shortened, thread
from api.console.words import moment, percent, pieces, yuan
from matcher.domain.need import Draft, Slot
from matcher.domain.ranking import PathStep
from tests.factories import NOW

TEXT = "公司有120名员工，预算3万元，月底前定下来"
slots = st.builds(
    Slot,
    st.sampled_from(["amount_fen", "headcount"]),
    st.just(1),
    st.floats(0, 1),
    st.integers(0, len(TEXT)),
    st.integers(0, len(TEXT)),
)


@given(st.lists(slots, max_size=6))
def test_the_pieces_make_the_whole_text_whatever_was_read(found: list[Slot]) -> None:
    draft = Draft(text=TEXT, title="", kind=None, confidence=0.0, slots=tuple(found))
    assert "".join(piece.text for piece in pieces(draft)) == TEXT


def test_of_overlapping_slots_the_surer_is_marked() -> None:
    weak, sure = Slot("quantity", 3, 0.4, 12, 15), Slot("amount_fen", 3_000_000, 0.9, 13, 16)
    draft = Draft(text=TEXT, title="", kind=None, confidence=0.0, slots=(weak, sure))
    assert [piece.slot for piece in pieces(draft) if piece.slot is not None] == [sure]


@given(st.text(max_size=60), st.integers(4, 40))
def test_a_label_never_outgrows_its_place(label: str, most: int) -> None:
    assert columns(shortened(label, most)) <= most


def test_a_thread_has_a_knot_a_step_and_names_its_edges() -> None:
    steps = [PathStep("enterprise", "E-1", "湖心云帆软件"), PathStep("need", "N-1", "午餐", "has_need")]
    drawn = thread(steps, lambda edge: f"<{edge}>")
    assert drawn is not None
    assert [(knot.label, knot.edge) for knot in drawn.knots] == [
        ("湖心云帆软件", None),
        ("午餐", "<has_need>"),
    ]
    assert drawn.knots[0].y < drawn.knots[1].y < drawn.height
    assert thread([], str) is None


def test_values_read_as_people_write_them() -> None:
    assert moment(NOW) == "2026-11-22 09:00"
    assert (yuan(3_000_000), yuan(3_000_050)) == ("30,000", "30,000.50")
    assert [percent(score) for score in (0.0, 0.995, 1.0)] == [0, 99, 100]
