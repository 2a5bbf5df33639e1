"""What holds for `comment` and `issue` alike, on each server that they work with."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from starlette.responses import RedirectResponse, Response

from reconciler.forges.kinds import KINDS
from reconciler.forges.trackers import TRACKERS as ALL_TRACKERS
from tests.support.forges.server import TOKEN, Pull, answered
from tests.support.forges.services import FORGES, TRACKERS, Service
from tests.support.stages.cli_project import Desk, Result

COMMANDS = {
    **{f"comment {name}": service for name, service in FORGES.items()},
    **{f"issue {name}": service for name, service in TRACKERS.items()},
}
GIVEN = {"comment": ("--plan", "plan.json"), "issue": ("--report", "drift.json")}
HAS_DEFAULT = {"BITBUCKET_API_URL", "BITBUCKET_COMMIT", "CI_API_V4_URL", "GITHUB_API_URL"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Command:
    """One of the commands, with a plan or report to work on, and the server."""

    words: tuple[str, ...]
    service: Service
    server: Pull
    desk: Desk

    def __call__(self, *more: str, before: tuple[str, ...] = ()) -> Result:
        done = self.desk(*before, *self.words, *more)
        assert TOKEN not in done.out + done.err
        return done

    def variable(self, ending: str) -> str:
        return next(v for v in self.service.variables(self.server) if v.endswith(ending))


@pytest.fixture(params=COMMANDS)
def command(
    request: pytest.FixtureRequest, in_repository: Desk, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Command]:
    words = request.param.split()
    assert in_repository("plan", "-o", "plan.json").code == 0
    assert in_repository("drift", "--output", "json=drift.json").code == 2
    service = COMMANDS[request.param]
    with service.served(monkeypatch) as server:
        yield Command(
            words=(*words, *GIVEN[words[0]]), service=service, server=server, desk=in_repository
        )


def test_every_forge_and_every_tracker_is_tried_here() -> None:
    assert (set(FORGES), set(TRACKERS)) == (set(KINDS), set(ALL_TRACKERS))


REFUSED = {
    "401": (answered(401, f"Bad credentials {TOKEN}"), "401"),
    "403": (answered(403, "no"), "403"),
    "404": (answered(404, "no"), "404"),
    "410": (answered(410, "Issues are disabled for this repo"), "410"),
    "redirect": (RedirectResponse("https://evil.example/"), "redirects are not followed"),
    "not JSON": (Response("<html>", 200), "is HTML, where JSON was expected"),
    "another shape": (Response('{"issues": 1}', 200), "as documented"),
    "no object": (Response("[1]", 200), "as documented"),
    "a limit for long": (answered(429, "slow", **{"Retry-After": "3000"}), "in 3000 s"),
}


def test_a_refusal_is_a_sentence(command: Command) -> None:
    for case, (answer, said) in REFUSED.items():
        command.server.instead = [answer]
        done = command("--author", command.service.me)
        assert (done.code, said in done.err) == (1, True), case
        assert done.err.startswith("error: "), case
        (asked,) = command.server.asked
        assert f"{asked.split()[0]} " in done.err, case
        assert command.server.writes() == [], case


def test_what_is_not_set_is_named(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in command.service.variables(command.server).keys() - HAS_DEFAULT:
        with monkeypatch.context() as without:
            without.setenv(variable, "")
            done = command()
        assert done.code == 64
        assert variable in done.err
    assert command.server.asked == []


def test_the_token_goes_to_https_or_this_machine_only(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    variable = command.variable("_URL")
    for url in ("http://forge.example", "ftp://forge.example", "https://u:p@forge.example", "x"):
        monkeypatch.setenv(variable, url)
        done = command()
        assert done.code == 64
        assert variable in done.err


def test_a_token_that_is_echoed_is_nowhere(
    command: Command, caplog: pytest.LogCaptureFixture
) -> None:
    for status in (400, 401, 403, 422, 500):
        command.server.instead = [answered(status, f"Bearer {TOKEN}")] * 5
        done = command("--author", command.service.me, before=("--log-level", "debug"))
        assert done.code == 1
        assert TOKEN not in caplog.text


def test_a_token_that_no_header_can_carry_is_not_shown(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(command.variable("_TOKEN"), f"{TOKEN}\n{TOKEN}")
    done = command()
    assert done.code == 64
    assert "no header can carry" in done.err
    assert command.server.asked == []


@pytest.mark.parametrize(
    "command", [name for name in COMMANDS if "jira" not in name], indirect=True
)
def test_a_next_page_elsewhere_is_not_contacted(command: Command) -> None:
    link = "https://evil.example/?page=2"
    body = f'{{"values": [], "next": "{link}"}}' if "bitbucket" in command.words else "[]"
    command.server.instead = [Response(body, headers={"Link": f'<{link}>; rel="next"'})]
    done = command("--author", command.service.me)
    assert done.code == 1
    assert "https://evil.example" in done.err
    assert "it was not contacted" in done.err
