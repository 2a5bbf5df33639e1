"""The story that is played on the simulated site, as data.

Ann keeps the manifests. Ben looks after the laptops and edits in Assets when he is in a hurry.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tests.support.site.assets import Assets


@dataclass(frozen=True, kw_only=True)
class Act:
    """A part of the story begins."""

    title: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Run:
    """A shell line is run: how it ends, and what the reader should notice."""

    line: str
    code: int = 0
    notice: str = ""


@dataclass(frozen=True, kw_only=True)
class Edit:
    """Somebody changes a file: *old*, which it has once, to *new*."""

    text: str
    file: str
    old: str
    new: str


@dataclass(frozen=True, kw_only=True)
class InAssets:
    """Something happens in Assets, outside git."""

    text: str
    done: Callable[[Assets], None]


class PullRequest:
    """The reader looks at the comment on the pull request."""


Step = Act | Run | Edit | InAssets | PullRequest


def run(line: str, code: int = 0, notice: str = "") -> Run:
    return Run(line=f"reconciler {line}", code=code, notice=notice)


def commit(message: str) -> Run:
    return Run(line=f"git add --all && git commit --quiet --message '{message}'")


def ben_edits(assets: Assets) -> None:
    assets.describe("Monitor", "Serial Number", "S/N")
    assets.add_attribute("Hardware", "Laptop", "Colour")


PERSON = """      - externalId: hardware/person
        name: Person
        description: Somebody who has a device
        attributes:
          - externalId: hardware/person/name
            name: Full Name
            description: Name in the directory
            type: text
            label: true
          - externalId: hardware/person/email
            name: Email
            description: Work address
            type: email
            unique: true

"""
FIRMWARE = """          - externalId: hardware/network-device/firmware
            name: Firmware
            description: Version that runs at present
            type: text
"""
FIRMWARE_MAPPING = """        - attributeExternalId: hardware/network-device/firmware
          attributeName: Firmware
          attributeLocators: [firmware]
"""
FIRMWARE_ADDRESS = (
    "network/objectTypes[hardware/network-device]/attributes[hardware/network-device/firmware]"
)
COLOUR = (
    "laptops/objectTypes[hardware/laptop]"
    "/attributes[cmdb::externalId/d42a4d66-3578-5740-a94c-d0e5797477b1]"
)
ASSET_TAG = "laptops/objectTypes[hardware/laptop]/attributes[hardware/laptop/asset-tag]"

HEAD = """\
# Tutorial

Three object schemas, seven import sources, people who edit in Assets, and a bad network: a working
week of Ann, who keeps the manifests. Read it in twenty minutes, or watch it in three: `make site`
starts the site on your machine, runs every command below, and compares what it prints with this
page. To type yourself, take the [five minutes](../README.md#five-minutes) first, and then
[your own site](how-to/begin.md).
"""

STORY: tuple[Step, ...] = (
    Act(
        title="One source, and its token",
        text="Assets has three object schemas with seven import sources. Somebody configured"
        " employees by hand,\nand Ann has its token. What would its manifest be?",
    ),
    Run(
        line="mkdir ../one && cd ../one && ASSETS_TOKEN=$EMPLOYEES_TOKEN"
        " reconciler init --backend cloud --base-url $ASSETS_URL --source employees --yes"
    ),
    Run(
        line="cd ../one && ASSETS_TOKEN=$EMPLOYEES_TOKEN reconciler plan",
        notice="a manifest that says what is live, and a plan with nothing to do",
    ),
    Act(
        title="A project that is not ready",
        text="Next Ann gets a token for all, and writes manifests for five sources more."
        " Are they ready to plan?",
    ),
    Run(line="git init --quiet --initial-branch main && ls"),
    commit("Manifests of five import sources"),
    run("doctor", 3, "a manifest is in error, and network has no import source yet"),
    run("validate", 1, "the same error, with its place and what to do"),
    Edit(
        text="Ann copies the target of the reference into the manifest that refers to it,",
        file="monitors.yaml",
        old="    objectTypes:\n",
        new=f"    objectTypes:\n{PERSON}",
    ),
    Edit(
        text="and binds the import source of the network",
        file="reconciler.yaml",
        old="      applications: {",
        new="      network: {importSourceId: 6f3c1d2a-network}\n      applications: {",
    ),
    run("init --from data/licences.csv --yes", notice="for the licences there is only an export"),
    Edit(
        text="Its import source is bound, too",
        file="reconciler.yaml",
        old="      offices: {",
        new="      licences: {importSourceId: 6f3c1d2a-licences}\n      offices: {",
    ),
    run("validate", notice="a warning: employees has no manifest in this project yet"),
    run("doctor | tail -1"),
    Act(
        title="What people made by hand",
        text="employees is configured in Assets. offices has no mapping yet, but its object type"
        " is there,\nunder an external id that Assets generated.",
    ),
    run("pull employees"),
    run("plan employees", notice="what was taken over plans empty"),
    commit("Take over employees"),
    run("plan", 3, "five sources can be created; offices is blocked, and the remedy is a command"),
    run("pull offices"),
    Run(line="git diff --stat"),
    run("plan offices", notice="the type is there, and a mapping is all that is added"),
    Act(
        title="A pull request",
        text="CI plans, and keeps one comment on the pull request up to date.",
    ),
    Run(line="git switch --quiet --create first-plan"),
    commit("Offices under the ids that Assets has"),
    run("plan -o plan.json | tail -2"),
    run("comment github --plan plan.json"),
    PullRequest(),
    run(
        "comment github --plan plan.json --verify", notice="what was reviewed is what will be sent"
    ),
    Act(
        title="Staging first",
        text="The same manifests in object schemas of their own, under ids with a prefix.",
    ),
    run("--environment staging apply --auto-approve laptops monitors"),
    Act(
        title="Merged, and applied through cuts",
        text="The network between CI and Assets is bad: it answers 429, loses requests, and loses"
        " answers.\nWhat was sent and not answered is read back.",
    ),
    Run(line="git switch --quiet main && git merge --quiet first-plan"),
    run("apply plan.json"),
    run("plan --detailed-exitcode | tail -4", notice="nothing was lost, and nothing sent twice"),
    Act(title="Data", text="Exports go through the mappings that are live now."),
    run("preview laptops data/laptops.json"),
    run("ingest run laptops data/laptops.json"),
    run("ingest run monitors data/monitors.csv"),
    run("ingest run network data/network.ndjson"),
    run("ingest run applications data/applications.yaml"),
    run("ingest run licences data/licences.csv"),
    run("ingest run employees data/employees.csv"),
    run("ingest run offices data/offices.json"),
    run(
        "emulator objects 6f3c1d2a-monitors --db $DB",
        notice="User refers to people that the laptops brought",
    ),
    Act(title="Somebody edits in Assets", text="Ben is in a hurry."),
    InAssets(
        text='Ben describes Serial Number of Monitor as "S/N", and adds Colour to Laptop',
        done=ben_edits,
    ),
    run("drift", 2, "both are found, with the ways back"),
    Act(
        title="Somebody is asked for help",
        text="A recording has all that was exchanged with Assets, and no secret. It replays"
        " offline.",
    ),
    run("plan monitors --record help.har"),
    Edit(
        text="A colleague adds an environment that answers from the recording",
        file="reconciler.yaml",
        old="journal:",
        new="  help:\n    backend: {replay: help.har}\n\njournal:",
    ),
    run("--environment help plan monitors | tail -2", notice="the same changes, without a network"),
    Run(line="git checkout --quiet reconciler.yaml"),
    Act(title="Back to git, or left alone", text="What Ben did is decided one by one."),
    Edit(
        text="Colour may stay for now: it is acknowledged",
        file="reconciler.yaml",
        old="journal:",
        new=f"""ignore:
  - address: "{COLOUR}"
    reason: the workplace team decides whether it stays
    owner: ben
    expires: 2099-12-31

journal:""",
    ),
    run("drift --save repair.json | tail -2", 2, "one is left, and a plan that takes it back"),
    run("apply repair.json"),
    run("drift", notice="exit code 0: CI is green again"),
    commit("Colour is known"),
    Act(title="A rename", text="Asset Tag is to be called Inventory Number."),
    Edit(
        text="Ann renames the attribute, which keeps its external id,",
        file="laptops.yaml",
        old="            name: Asset Tag",
        new="            name: Inventory Number",
    ),
    Edit(
        text="and its mapping",
        file="laptops.yaml",
        old="          attributeName: Asset Tag",
        new="          attributeName: Inventory Number",
    ),
    run("plan laptops -o plan.json", 3, "the importsource API renames nothing"),
    run(
        f"explain plan.json '{ASSET_TAG}/name'",
        notice="but reconciler can, by another API",
    ),
    Edit(
        text="Production gets that credential,",
        file="reconciler.yaml",
        old="""    sources:
      laptops: {importSourceId: 6f3c1d2a-laptops}""",
        new="""    schemaAuth:
      basic: {email: "${ASSETS_EMAIL}", token: "${ASSETS_API_TOKEN}"}
    sources:
      laptops: {importSourceId: 6f3c1d2a-laptops}""",
    ),
    Edit(
        text="and policy lets plans rename",
        file="reconciler.yaml",
        old="ignore:",
        new="""policy:
  schema: {rename: allow}

ignore:""",
    ),
    run("plan laptops -o plan.json"),
    run("apply plan.json"),
    run("apply plan.json", 3, "a plan is sent once"),
    run("plan laptops --detailed-exitcode | tail -1"),
    commit("Asset Tag is Inventory Number"),
    run("emulator objects 6f3c1d2a-laptops --type Laptop --db $DB", notice="values stayed"),
    Act(
        title="A mistake that preview finds",
        text="Ben would rather identify laptops by host name. What would the next import do?",
    ),
    Edit(
        text="Host Name becomes the identity,",
        file="laptops.yaml",
        old="          attributeLocators: [hostname]\n",
        new="          attributeLocators: [hostname]\n          externalIdPart: true\n",
    ),
    Edit(
        text="and Serial Number no longer is",
        file="laptops.yaml",
        old="          attributeLocators: [serial]\n          externalIdPart: true\n",
        new="          attributeLocators: [serial]\n",
    ),
    run("preview laptops data/laptops.json --against live", 3, "every laptop would come twice"),
    Run(line="git checkout --quiet laptops.yaml"),
    Act(
        title="Added, and taken back",
        text="The firmware of network devices comes in with one commit, and goes with another.",
    ),
    Edit(
        text="Ann adds an attribute,",
        file="network.yaml",
        old="          - externalId: hardware/network-device/state\n",
        new=f"{FIRMWARE}          - externalId: hardware/network-device/state\n",
    ),
    Edit(
        text="and what fills it",
        file="network.yaml",
        old="        - attributeExternalId: hardware/network-device/state\n",
        new=f"{FIRMWARE_MAPPING}        - attributeExternalId: hardware/network-device/state\n",
    ),
    commit("Firmware of network devices"),
    run("apply --auto-approve network"),
    run("ingest run network data/network-with-firmware.ndjson"),
    Run(line="git revert --no-edit HEAD >/dev/null"),
    run("plan network -o plan.json", notice="the mapping goes; the attribute stays, an orphan"),
    run("apply plan.json"),
    Edit(
        text="Policy lets plans delete what the source had",
        file="reconciler.yaml",
        old="schema: {rename: allow}",
        new="schema: {rename: allow, delete: allow}",
    ),
    run("plan -o plan.json | tail -16", 3, "what would be lost is counted, and has to be accepted"),
    run(f"plan -o plan.json --accept-loss '{FIRMWARE_ADDRESS}=3' | tail -1"),
    run("apply plan.json"),
    commit("Firmware is deleted"),
    Act(
        title="What is not documented",
        text="Much of what the API does is not documented. On an empty import source a probe"
        " asks this site.",
    ),
    Edit(
        text="An empty import source is bound for it",
        file="reconciler.yaml",
        old="      monitors: {importSourceId: 6f3c1d2a-staging-monitors}\n",
        new="      monitors: {importSourceId: 6f3c1d2a-staging-monitors}\n"
        "      sandbox: {importSourceId: 6f3c1d2a-sandbox}\n",
    ),
    run(
        "--environment staging probe sandbox --i-know-this-writes"
        " | grep -A1 -e '^= patch' -e ' answered,'",
        3,
        "exit code 3: what no API deletes stays behind",
    ),
    Run(line="git checkout --quiet reconciler.yaml"),
    commit("Facts of our site"),
    run("doctor | grep facts", notice="staging and production are on one site"),
    Act(title="Where everything stands", text="Live matches git, and the journal shows how."),
    run("status"),
    run("ingest status"),
    run("drift | tail -1"),
    run("doctor | tail -1"),
    run("history"),
)
