"""Operations over HTTP: a run is asked for once, seen by those who look after the service."""

from matcher.domain.access import Role


def ask(client, job: str = "recompute", key: str = "k-1"):
    return client.post(f"/v1/jobs/{job}/runs", headers={"Idempotency-Key": key})


def test_an_administrator_asks_for_a_run_and_asking_twice_is_one_run(service) -> None:
    admin = service.client(Role.ADMINISTRATOR)
    first = ask(admin)
    assert first.status_code == 202
    assert first.json["state"] == "requested"
    assert ask(admin, key="k-2").json["run_id"] == first.json["run_id"]
    assert admin.get(first.headers["Location"]).json == first.json
    jobs = {job["name"]: job for job in admin.get("/v1/jobs").json["items"]}
    assert jobs["recompute"]["busy"] is True
    assert jobs["prune"]["newest"] is None


def test_a_run_is_cancelled_once_and_by_an_administrator_alone(service) -> None:
    admin = service.client(Role.ADMINISTRATOR)
    place = ask(admin).headers["Location"]
    assert service.client(Role.OFFICER).delete(place).status_code == 403
    assert admin.delete(place).json["state"] == "cancelled"
    assert admin.delete(place).status_code == 409
    assert admin.delete("/v1/runs/none").status_code == 404


def test_a_running_run_tells_stage_count_and_pace_over_http_and_on_the_page(service) -> None:
    from matcher.storage.leases import Run

    admin = service.client(Role.ADMINISTRATOR)
    place = ask(admin).headers["Location"]

    def begin(session) -> None:
        run = session.get_one(Run, place.rpartition("/")[2])
        run.state, run.stage, run.done, run.total, run.rate = "running", "firms", 12_000, 48_000, 2_400.0

    service.change(begin)
    told = admin.get(place).json
    assert (told["stage"], told["done"], told["total"], told["rate"]) == ("firms", 12_000, 48_000, 2_400.0)
    page = admin.get("/operations/runs", headers={"Accept-Language": "zh"}).text
    assert "12,000 / 48,000 · 每秒 2,400" in page


def test_why_a_run_failed_and_what_to_do_is_told_in_words_on_the_page(service) -> None:
    from matcher.storage.leases import Run

    admin = service.client(Role.ADMINISTRATOR)
    run_id = ask(admin).json["run_id"]
    for error, params, told in (
        (
            "jobs.no_earlier_snapshot",
            {"value": "S1"},
            "快照 S1 之前没有可退回的快照 · 再发布一次以后才能退回",
        ),
        ("jobs.no_earlier_snapshot", {}, "jobs.no_earlier_snapshot"),
        ("ZeroDivisionError", {}, "ZeroDivisionError"),
    ):

        def fail(session, error=error, params=params) -> None:
            run = session.get_one(Run, run_id)
            run.state, run.error, run.outcome = "failed", error, {"params": params}

        service.change(fail)
        assert told in admin.get("/operations/runs", headers={"Accept-Language": "zh"}).text
        assert admin.get(f"/v1/runs/{run_id}").json["error"] == error


def test_a_snapshot_older_than_it_should_be_is_told_to_whoever_asks_and_on_the_page(tower) -> None:
    from datetime import timedelta

    admin = tower.client(Role.ADMINISTRATOR)
    assert admin.get("/v1/ready").json["late"] is False
    assert 'role="alert"' not in admin.get("/operations").text
    tower.clock.now += timedelta(hours=27)
    told = admin.get("/v1/ready").json
    assert (told["late"], told["age_seconds"]) == (True, 27 * 3600)
    assert "快照已过期" in admin.get("/operations", headers={"Accept-Language": "zh"}).text


def test_a_timetable_that_falls_silent_is_told_before_the_snapshot_is_late(tower) -> None:
    from datetime import timedelta

    from matcher.storage import leases

    admin = tower.client(Role.ADMINISTRATOR)
    assert admin.get("/v1/ready").json["status"] == "ready"
    term = 60.0  # seconds, as the setting's default
    tower.change(lambda session: leases.acquire(session, leases.TIMETABLE, "one", tower.clock.now, term))
    for seconds, silent in ((23, False), (2, True)):
        tower.clock.now += timedelta(seconds=seconds)
        told = admin.get("/v1/ready").json
        assert (told["timetable_silent"], told["late"]) == (silent, False)
        assert told["status"] == ("degraded" if silent else "ready")
    assert "定时任务没有动静" in admin.get("/operations", headers={"Accept-Language": "zh"}).text


def test_unknown_jobs_and_runs_are_not_found(service) -> None:
    admin = service.client(Role.ADMINISTRATOR)
    assert ask(admin, "sing").status_code == 404
    assert admin.get("/v1/runs/none").status_code == 404


def test_an_officer_looks_but_does_not_start_runs(service) -> None:
    officer = service.client(Role.OFFICER)
    assert officer.get("/v1/snapshots").json == {"items": []}
    assert ask(officer).status_code == 403


def test_figures_are_for_this_machine_or_the_administrator(service) -> None:
    assert "qianxian_requests_total" in service.client().get("/v1/metrics").text
    proxied = {"X-Forwarded-For": "203.0.113.9"}
    assert service.client().get("/v1/metrics", headers=proxied).status_code == 401
    assert service.client(Role.OFFICER).get("/v1/metrics", headers=proxied).status_code == 403
    assert service.client(Role.ADMINISTRATOR).get("/v1/metrics", headers=proxied).status_code == 200


def test_a_log_line_holds_the_route_and_no_secret(settings, capsys) -> None:
    import json
    from dataclasses import replace

    from api.application import build

    app = build(replace(settings, log_level="INFO"))
    headers = {"Authorization": "Bearer qx_secret", "X-Request-ID": "abcdefgh-1"}
    app.test_client().get("/v1/enterprises/ENT-GEHEIM?q=13900000000", headers=headers)
    line = json.loads(capsys.readouterr().err.splitlines()[-1])
    assert line["route"] == "/v1/enterprises/<enterprise_id>"
    assert (line["status"], line["request_id"]) == (401, "abcdefgh-1")
    text = json.dumps(line)
    assert "secret" not in text
    assert "139" not in text
    assert "GEHEIM" not in text


def test_the_operations_page_shows_runs_and_lets_an_administrator_cancel(service) -> None:
    admin = service.client(Role.ADMINISTRATOR)
    run = ask(admin).json["run_id"]
    page = admin.get("/operations").text
    assert run in page
    assert "progress" not in page
    assert f"/operations/runs/{run}/cancel" not in service.client(Role.AUDITOR).get("/operations").text
    assert service.client(Role.BANK).get("/operations").status_code == 403


def test_weights_and_their_comparison_are_for_those_who_look_after_the_service(service) -> None:
    from datetime import UTC, datetime

    from matcher.recommend.weights import WEIGHTS
    from matcher.storage.weight_tables import LearnedWeights

    moment = datetime(2026, 11, 20, tzinfo=UTC)
    pair = {"before": 0.6, "after": 0.5}
    comparison = {
        "outcomes": {"learned": 300, "calibrated": 150, "judged": 150},
        "deals": {"learned": 90, "calibrated": 40, "judged": 41},
        "log_loss": pair,
        "auc": pair,
        "gain": {"mean": 0.1, "standard_error": 0.02, "by_chance": 0.0},
    }
    same = {"made_at": moment, "beside": 0, "slope": 4.0, "intercept": -2.0, "comparison": comparison}
    with service.wiring.store.writing.begin() as session:
        for published in (True, False):
            row = LearnedWeights(**same, weights=dict(WEIGHTS), published=published, withdrawn_at=None)
            session.add(row)
            session.flush()
    told = service.client(Role.ADMINISTRATOR).get("/v1/weights").json
    assert told["in_force"] == told["trained"][1]["version"]
    assert told["trained"][1]["comparison"]["log_loss"] == pair
    assert told["shipped"] == dict(WEIGHTS)
    assert service.client(Role.OFFICER).get("/v1/weights").status_code == 403
