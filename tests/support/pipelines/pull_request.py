"""A repository on GitHub with one pull request, and what `gh` says of it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.support.git import git
from tests.support.pipelines.actions import Run, run_workflow
from tests.support.pipelines.jobs import RECONCILER, commit, new_site

REPOSITORY = "octo/cmdb"


class GitHub:
    """A site on GitHub: pull request 7 of the branch `feature`, and what `gh` answers."""

    def __init__(
        self,
        root: Path,
        base_url: str,
        sources: Mapping[str, str],
        forge: Mapping[str, str] | None = None,
    ) -> None:
        forge = dict(forge or {})
        self.token = forge.pop("GITHUB_TOKEN", "")  # a job has it only where a step says so
        self.site = new_site(root, forge, base_url)
        self.sources = sources
        self.head = git(self.site.repository, "rev-parse", "HEAD")

    def context(self, event: str, **more: str) -> dict[str, str]:
        kept = {
            f"{'secrets' if name.endswith('TOKEN') else 'vars'}.{name}": value
            for name, value in self.sources.items()
        }
        return {
            "github.event_name": event,
            "github.ref": "refs/pull/7/merge" if event == "pull_request" else "refs/heads/main",
            "github.run_attempt": "1",
            "github.token": self.token,
            "vars.RECONCILER": RECONCILER,
            **kept,
            **more,
        }

    def run(self, file: str, job: str, event: str, **more: str) -> Run:
        summary = self.site.root / "summary.md"
        event_file = self.site.root / "event.json"
        event_file.write_text(json.dumps({"pull_request": {"number": 7}}), encoding="utf-8")
        variables = {
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": event,
            "GITHUB_EVENT_PATH": str(event_file),
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_SHA": git(self.site.repository, "rev-parse", "HEAD"),
            "GITHUB_STEP_SUMMARY": str(summary),
            **self.site.variables,
            "GITHUB_REF": "refs/pull/7/merge" if event == "pull_request" else "refs/heads/main",
        }
        if event != "pull_request":
            del variables["GITHUB_EVENT_PATH"]
        return run_workflow(self.site, file, job, self.context(event, **more), variables)

    def plan(self) -> Run:
        """Run the plan job of the pull request."""
        self.head = git(self.site.repository, "rev-parse", "HEAD")
        return self.run("reconciler-plan.yml", "plan", "pull_request")

    def merge(self, *, runs: bool = True) -> str:
        """Merge the pull request, and let `gh` know of it and of the run of its plan."""
        merged = commit(self.site, "Merge pull request #7 from team/feature")
        repository = f"repos/{REPOSITORY}"
        found = f"head_sha={self.head}&event=pull_request&status=success"
        names = sorted(each.name for each in (self.site.root / "artifacts").glob("*"))
        answers: dict[str, Any] = {
            f"{repository}/commits/{merged}/pulls": [
                {"number": 9, "merged_at": None, "head": {"sha": "of-another"}},
                {"number": 7, "merged_at": "2026-01-02T03:04:05Z", "head": {"sha": self.head}},
            ],
            f"{repository}/actions/workflows/reconciler-plan.yml/runs?{found}": {
                "workflow_runs": [{"id": 4711}] if runs else []
            },
            f"{repository}/actions/runs/4711/artifacts": {
                "artifacts": [
                    {"name": name, "created_at": f"2026-01-02T03:04:{i:02}Z"}
                    for i, name in enumerate(["other", *names])
                ]
            },
        }
        (self.site.stand_ins / "gh.json").write_text(json.dumps(answers), encoding="utf-8")
        return merged

    def apply(self, event: str = "push", **more: str) -> Run:
        """Run the apply job."""
        return self.run("reconciler-apply.yml", "apply", event, **more)
