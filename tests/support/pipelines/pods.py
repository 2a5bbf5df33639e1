"""The containers of docs/deploy, run here as Kubernetes would run them.

Each runs its command as written. A mounted volume is a directory below the site, a variable has
the value that the manifest or the secret gives it, and what stands in for the image's programs
is told in jobs.py.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.support.paths import ROOT
from tests.support.pipelines.jobs import Ended, Site

DEPLOY = ROOT / "docs" / "deploy"
FILES = sorted(DEPLOY.glob("*.yaml"))


def documents(file: Path) -> Iterator[Any]:
    """Yield each document of *file*."""
    yield from yaml.safe_load_all(file.read_text(encoding="utf-8"))


def job(name: str) -> Any:
    """Return the spec of the Job in the file *name*, of the one that its CronJob makes too."""
    (found,) = [d for d in documents(DEPLOY / name) if d["kind"] in {"Job", "CronJob"}]
    spec = found["spec"]
    return spec["jobTemplate"]["spec"] if found["kind"] == "CronJob" else spec


def containers(spec: Any) -> dict[str, Any]:
    """Return the containers of a Job's pods by their names, in the order in which they run."""
    pod = spec["template"]["spec"]
    return {each["name"]: each for each in (*pod["initContainers"], *pod["containers"])}


@dataclass(frozen=True, kw_only=True, slots=True)
class Pod:
    """One pod on a site: what is on its volumes, in its secrets, and in fields of its own."""

    site: Site
    volumes: Mapping[str, Path]
    secrets: Mapping[str, Mapping[str, str]]
    fields: Mapping[str, str]

    def run(self, container: Any, **variables: str) -> Ended:
        """Run *container*, with *variables* that a controller adds."""
        own = {e["name"]: self._value(e, container) for e in container.get("env", ())}
        for source in container.get("envFrom", ()):
            own = {**self.secrets[source["secretRef"]["name"]], **own}
        own |= variables
        command = [
            self._placed(re.sub(r"\$\((\w+)\)", lambda found: own[found[1]], word), container)
            for word in container["command"]
        ]
        directory = Path(self._placed(container.get("workingDir", "/tmp"), container))  # noqa: S108
        return self.site.run(command, directory if directory.exists() else self.site.root, own)

    def _value(self, entry: Any, container: Any) -> str:
        if "value" in entry:
            return self._placed(entry["value"], container)
        source = entry["valueFrom"]
        if "fieldRef" in source:
            return self.fields[source["fieldRef"]["fieldPath"]]
        key = source["secretKeyRef"]
        return self.secrets[key["name"]][key["key"]]

    def _placed(self, text: str, container: Any) -> str:
        """Return *text* with its volume where it is here, if it is a path in one."""
        for mount in container["volumeMounts"]:
            path = mount["mountPath"]
            if text == path or text.startswith(f"{path}/"):
                return f"{self.volumes[mount['name']]}{text.removeprefix(path)}"
        return text
