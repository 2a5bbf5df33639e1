"""Asynchronous submissions: steps, time, order, late refusals, and a file to go on from."""

from pathlib import Path
from typing import Any

import pytest

from tests.support.stages.assumed import assuming
from tests.support.stages.emulator_site import (
    DISKS,
    ORIGIN,
    SOURCE,
    Clock,
    Site,
    disks,
    document,
    tagged,
)

DONE = {
    "progressStatus": "FINISHED",
    "result": "OK",
    "resultMessage": "Schema and mapping successfully created",
}
RUNNING = {"progressStatus": "IN_PROGRESS"}


def submit(site: Site, method: str = "PUT", body: Any = DISKS) -> str:
    answer = site.call(method, "mapping?async=true", body)
    assert (answer.status_code, answer.content) == (303, b""), answer.text
    return answer.headers["location"]


def polled(site: Site, location: str) -> Any:
    answer = site.call("GET", location)
    assert answer.status_code == 200
    return answer.json()


def status(site: Site) -> str:
    return str(site.call("GET", "configstatus").json()["status"])


def description(site: Site) -> str:
    return str(site.live()["schema"]["objectSchema"]["objectTypes"][0]["description"])


def test_the_location_is_absolute_and_ends_as_documented() -> None:
    site = Site()
    location = submit(site)
    assert location.startswith(f"{ORIGIN}{SOURCE}/mapping/progress/")
    assert [polled(site, location) for _ in range(3)] == [RUNNING, DONE, DONE]


def test_a_patch_says_updated() -> None:
    site = Site(steps=0)
    site.put()
    location = submit(site, "PATCH", disks(description="Changed"))
    assert polled(site, location)["resultMessage"] == "Schema and mapping successfully updated"
    assert description(site) == "Changed"


@pytest.mark.parametrize("steps", [0, 1, 3])
def test_it_is_in_progress_for_its_steps_and_acts_at_the_end(steps: int) -> None:
    site = Site(steps=steps)
    submit(site)
    seen = [status(site) for _ in range(steps + 2)]
    assert seen == ["MISSING_MAPPING"] * steps + ["IDLE"] * 2


def test_it_does_not_end_before_its_time() -> None:
    clock = Clock()
    site = Site(steps=0, duration=5, clock=clock)
    location = submit(site)
    clock.seconds += 4.9
    assert polled(site, location) == RUNNING
    clock.seconds += 0.1
    assert polled(site, location) == DONE


def test_requests_for_another_source_are_no_steps() -> None:
    site = Site()
    location = submit(site)
    for _ in range(3):
        site.call("GET", "/jsm/assets/workspace/w/v1/importsource/other/configstatus")
    assert [polled(site, location) for _ in range(2)] == [RUNNING, DONE]


def test_a_killed_emulator_goes_on_where_it_was(tmp_path: Path) -> None:
    db = tmp_path / "new" / "emulator.db"
    location = submit(Site(db, steps=2))
    # No close: the file is as a kill leaves it.
    assert polled(Site(db, steps=2), location) == RUNNING
    assert polled(Site(db, steps=2), location) == RUNNING
    assert polled(Site(db, steps=2), location) == DONE
    site = Site(db)
    site.app.state.close()
    assert Site(db).count("put-mapping") == 1
    assert Site(db).put().status_code == 409


def test_submissions_act_in_their_order() -> None:
    site = Site(steps=3)
    submit(site)
    submit(site, "PATCH", disks(description="Second"))
    assert site.call("PATCH", "mapping", disks(description="Third")).status_code == 204
    assert description(site) == "Third"


def test_an_invalid_payload_fails_at_once_or_in_progress() -> None:
    broken = document([{"externalId": "x", "name": "X"}], [])
    for body, code in ((broken, "SCHEMA_VALIDATION"), (renamed(), "UNSUPPORTED_CHANGE")):
        early, late = Site(), Site(profile=assuming("invalid-body=in-progress"), steps=0)
        for site in (early, late):
            site.put()
        assert early.call("PATCH", "mapping?async=true", body).status_code == 400
        end = polled(late, submit(late, "PATCH", body))
        assert (end["progressStatus"], end["result"]) == ("FINISHED", "ERROR")
        assert code in end["resultMessage"]
        assert late.call("PATCH", "mapping", body).status_code == 400
        assert description(late) == "A disk"


def renamed() -> Any:
    return document([{"externalId": "disk", "name": "Drive", "description": ""}], [])


def test_what_becomes_of_the_site_meanwhile_fails_it_in_progress() -> None:
    site = Site(steps=1)
    location = submit(site)
    other = "/jsm/assets/workspace/w/v1/importsource/other/mapping"
    assert site.call("PUT", other, DISKS).status_code == 204
    polled(site, location)
    end = polled(site, location)
    assert end["result"] == "ERROR"
    assert "SCHEMA_INVALID_EXTERNAL_ID" in end["resultMessage"]
    assert status(site) == "MISSING_MAPPING"


@pytest.mark.parametrize(("accepts", "state"), [(202, "MISSING_MAPPING"), (204, "IDLE")])
def test_other_ways_to_accept_name_no_progress(accepts: int, state: str) -> None:
    site = Site(profile=assuming(f"async-answer={accepts}"), steps=1)
    answer = site.call("PUT", "mapping?async=true", DISKS)
    assert (answer.status_code, "location" in answer.headers) == (accepts, False)
    assert [status(site), status(site)] == [state, "IDLE"]


def test_a_location_may_be_path_absolute() -> None:
    location = submit(Site(location="path"))
    assert location.startswith(f"{SOURCE}/mapping/progress/")


def test_progress_belongs_to_its_source() -> None:
    site = Site()
    resource = submit(site).rpartition("/")[2]
    other = f"/jsm/assets/workspace/w/v1/importsource/other/mapping/progress/{resource}"
    assert site.call("GET", other).status_code == 404
    assert site.call("GET", "mapping/progress/nothing").status_code == 404


def test_no_two_submissions_share_a_progress() -> None:
    site = Site(steps=0)
    places = [submit(site, "PUT", tagged("t"))]
    places += [submit(site, "PATCH", tagged("t")) for _ in range(3)]
    assert len(set(places)) == 4
