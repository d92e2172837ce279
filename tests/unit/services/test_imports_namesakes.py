"""Two enterprises may bear one name: both are taken, the report tells, nothing is merged."""

import sqlalchemy as sa

from matcher.services.imports import Options, find_sources, import_files
from matcher.storage.enterprises import Enterprise
from tests.factories import a_station, an_enterprise


def test_one_name_under_two_codes_is_taken_twice_and_told(session, officer, now, tmp_path):
    an_enterprise(session, enterprise_id="E-0", name="湖心食品有限公司")
    a_station(session, station_id="ST-02")
    an_enterprise(session, enterprise_id="E-F", name="东门五金厂", station_id="ST-02")
    path = tmp_path / "enterprises.csv"
    rows = [
        "E-1,湖心食品有限责任公司",
        "E-2,江岸印务（安庆）有限公司",
        "E-3,江岸印务(安庆)有限公司",
        "E-4,东门五金厂",
    ]
    path.write_text("\n".join(["enterprise_id,name", *rows]), encoding="utf-8")
    for _ in range(2):
        report = import_files(session, officer, now, find_sources([path]), Options())
        told = [(p.line, p.reason, p.params["other"]) for p in report.problems]
        assert (2, "same_name", "E-0") in told
        assert (4, "same_name", "E-2") in told
        assert {line for line, _, _ in told} <= {2, 3, 4}
        assert report.applied
    assert report.total("unchanged") == 4
    assert session.scalar(sa.select(sa.func.count()).select_from(Enterprise)) == 6
