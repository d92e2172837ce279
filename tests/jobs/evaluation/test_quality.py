"""Evaluations of quality on tiny folders of the same layout: what is counted, and that nothing leaks."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from jobs.evaluation import occupations, ranks, tenders
from jobs.evaluation.expertise import loss
from jobs.evaluation.report import Options
from jobs.evaluation.tender_files import Tenders, parties, project, read
from matcher.errors import InvalidInput
from matcher.text.occupations.recogniser import Recogniser

AWARD = ["id", "date", "title", "lot_no", "lot", "buyer", "place", "agency", "scope"]
AWARD += ["winner", "price", "days", "quality", "winner_qualification"]
LIST = ["id", "date", "project", "rank", "bidder", "price"]
FIRST = date(2025, 3, 1)
WORKS = {
    "Road Works Ltd": "asphalt road repair",
    "Pipe Works Ltd": "renewal of water pipes",
    "Roof Works Ltd": "sealing of school roofs",
}


def a_folder(folder: Path, days: int = 80) -> Path:
    """One award a day, by turns of three trades, and its candidates; a newcomer wins the last two."""
    awards, lists = [], []
    for number in range(days):
        winner, work = list(WORKS.items())[number % 3]
        day, title = (FIRST + timedelta(days=number)).isoformat(), f"{work} no {number}"
        told = {"id": number, "date": day, "title": title, "lot": title, "buyer": "Town", "place": "Hill"}
        won = winner if number < days - 2 else "Newcomer Ltd"
        awards.append({**told, "winner": won})
        lists += [
            {"id": number, "date": day, "project": title, "rank": rank, "bidder": name}
            for rank, name in ((1, won), (2, "Second Ltd"))
        ]
    _write(folder / "awards.csv", AWARD, awards)
    _write(folder / "candidates.csv", LIST, lists)
    return folder


def _write(path: Path, columns: list[str], rows: list[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)


UNTIL = FIRST + timedelta(days=69)


def test_tenders_of_an_english_folder(tmp_path: Path) -> None:
    report = tenders.tenders(Options(a_folder(tmp_path), until=UNTIL))
    assert (report.counts["warm"], report.counts["cold"]) == (8, 2)
    assert report.metrics["recall_at_1"] == 1.0
    assert {"popularity", "knn_cube"} <= report.baselines.keys()
    assert report.metrics["cold_recall_at_10"] == 0.0, "it was never named before"


def test_the_candidates_of_a_project_asked_for_are_dropped_whatever_their_day(tmp_path: Path) -> None:
    found = read(a_folder(tmp_path))
    early = tenders.award_split(found, UNTIL.toordinal())
    assert not {need.project for need in early.memory.needs} & {need.project for need in early.asked}
    moved = Tenders(
        found.awards, tuple(replace(need, day=FIRST.toordinal()) for need in found.lists), found.keys
    )
    split = tenders.award_split(moved, UNTIL.toordinal())
    assert not {need.project for need in split.memory.needs} & {need.project for need in split.asked}


def test_a_question_carries_no_answer(tmp_path: Path) -> None:
    split = tenders.award_split(read(a_folder(tmp_path)), UNTIL.toordinal())
    assert all(not (need.winners or need.bidders or need.credentials) for need in split.asked)


def test_bidders_are_counted_over_all_who_bid(tmp_path: Path) -> None:
    report = tenders.bidders(Options(a_folder(tmp_path), until=UNTIL))
    assert report.counts["warm"] == 10
    assert report.metrics["recall_at_20"] > 0.8


def test_a_day_outside_the_data_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput):
        tenders.tenders(Options(a_folder(tmp_path), until=date(2030, 1, 1)))


def test_a_consortium_is_its_members() -> None:
    assert parties("甲建设有限公司（牵头人）、乙设计院联合体") == ("甲建设有限公司", "乙设计院")
    assert project("某某改造工程(第2次招标)") == project("某某改造工程 第2次公示")


def test_ranks_count_from_one_and_ties_favour_nobody() -> None:
    import numpy as np

    assert ranks.ranks(np.array([0.5, 0.9, 0.5]), [2]) == [3]
    assert ranks.recall([1, 30], 4, 20) == 0.25
    assert ranks.ndcg([1, 2], 2, 20) == pytest.approx(1.0)


def test_the_loss_of_a_perfect_a_reversed_and_an_empty_order() -> None:
    marks = {"ada": {"a": 5.0, "b": 3.0, "c": 1.0}}
    right = {("ada", "a"): 3.0, ("ada", "b"): 2.0, ("ada", "c"): 1.0}
    assert loss(right, marks) == 0.0
    assert loss({pair: -value for pair, value in right.items()}, marks) == 1.0
    assert loss(dict.fromkeys(right, 0.0), marks) == 0.5


def test_product_texts_drop_no_sentence_of_conditions(tmp_path: Path) -> None:
    import json

    from jobs.evaluation import product_texts

    text = "申请条件：\n1.成立满两年；\n2.年纳税额不低于20万元；\n3.经营者品行良好，邻里口碑佳。\n"
    private = "个人住房按揭贷款\n申请条件：\n1.年满18周岁的自然人；\n"
    (tmp_path / "products.json").write_text(
        json.dumps([{"text": f"税信贷\n{text}"}, {"text": private}], ensure_ascii=False), encoding="utf-8"
    )
    report = product_texts.evaluate(Options(tmp_path))
    assert report.counts["texts"] == 2
    assert report.counts["set_aside"] == 1
    assert report.counts["criteria"] >= 2
    assert report.metrics["dropped"] == 0
    assert len(report.baselines) == 2


def test_risk_beats_chance_where_sales_decide_and_never_sees_the_rating(tmp_path: Path) -> None:
    import numpy as np

    from jobs.evaluation import risk

    pq = pytest.importorskip("pyarrow.parquet")
    pa = pytest.importorskip("pyarrow")
    rng, firms, lines = np.random.default_rng(5), 60, {}
    bad = [number < firms // 2 for number in range(firms)]
    for side in ("sales", "purchases"):
        rows = [
            {
                "firm": f"E{number}",
                "party": f"P{month % 3}",
                "month": f"2018-{month + 1:02}",
                "valid": 1,
                "n": 2,
                "amount": float((1.0 if bad[number] else 6.0) * 1e5 * rng.lognormal(0, 0.6)),
            }
            for number in range(firms)
            for month in range(6)
        ]
        pq.write_table(pa.Table.from_pylist(rows), tmp_path / f"{side}_monthly.parquet")
        lines[side] = rows
    heads = ["企业代号", "信誉评级", "是否违约"]
    with (tmp_path / "credit_history_enterprise_information.csv").open("w", encoding="utf-8-sig") as file:
        writer = csv.DictWriter(file, heads)
        writer.writeheader()
        told = [
            {heads[0]: f"E{n}", heads[1]: "ABCD"[n % 4], heads[2]: "是" if bad[n] else "否"}
            for n in range(firms)
        ]
        writer.writerows(told)
    report = risk.evaluate(Options(tmp_path, limit=1))
    assert report.metrics["auc"] > 0.9
    assert report.baselines["the share of defaults"]["auc"] <= 0.55
    assert len(report.counts["calibration"]) == 5
    assert {"auc_less_logistic", "auc_less_logistic_se"} <= set(report.metrics)


def an_occupations_folder(folder: Path) -> Path:
    folder.mkdir()
    columns = ["level", "code", "code_num", "name", "definition", "tasks", "csco_code_num", "alias"]
    trades = (
        ("6-18-02-04", "焊工", "电焊", "焊接金属"),
        ("4-03-02-05", "餐厅服务员", "传菜", "上菜 结账"),
        ("4-13-01-05", "全媒体运营师S", "新媒体运营", "发布短视频"),
    )
    rows = [
        {"level": "4", "code": code, "name": name, "definition": does, "tasks": f"1.{does}", "alias": other}
        for code, name, other, does in trades
    ]
    _write(folder / "csco22.csv", columns, [*rows, rows[0]])
    titles = [
        {"job_name": f"{other}{post}", "expected_code": code}
        for code, _, other, _ in trades
        for post in ("学徒", "主管", "（包住）", "兼职", "班长", "小红帽")
    ]
    titles += [
        {"job_name": "小红帽小红旗", "expected_code": "4-13-01-05"},
        {"job_name": "谁知道", "expected_code": ""},
    ]
    _write(folder / "testcases.csv", ["job_name", "expected_code", "expected_name"], titles)
    return folder


def test_titles_are_read_as_occupations_with_and_without_labels(tmp_path: Path) -> None:
    folder = an_occupations_folder(tmp_path / "titles")
    report = occupations.evaluate(Options(tmp_path))
    assert report.counts["titles"] == 19
    assert report.counts["titles without a known code"] == 1
    assert report.counts["occupations"] == 3
    assert report.metrics["at_1"] >= report.metrics["zero_shot_at_1"] >= 18 / 19
    assert report.metrics["at_5"] == report.metrics["zero_shot_at_5"] == 1
    assert len(report.baselines) == 5
    files = {"train": folder / "testcases.csv", "test": folder / "testcases.csv"}
    known = occupations.evaluate(Options(folder, **files))
    assert (known.counts["titles"], known.counts["cold titles"]) == (19, 0)
    assert known.metrics["at_1"] == 1


def test_no_label_of_a_test_title_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each fold's own titles are kept from its training; the sabotage that trains on all sees them."""
    folder = an_occupations_folder(tmp_path / "titles")
    seen: list[set[str]] = []
    honest = Recogniser.with_labels

    def spied(self: Recogniser, titles: list[str], codes: list[str]) -> Recogniser:
        seen.append(set(titles))
        return honest(self, titles, codes)

    monkeypatch.setattr(Recogniser, "with_labels", spied)
    occupations.evaluate(Options(folder))
    *folds, zero_shot = seen
    assert zero_shot == set()
    assert sorted(19 - len(titles) for titles in folds) == [3, 4, 4, 4, 4]
    assert set.intersection(*folds) == set()
