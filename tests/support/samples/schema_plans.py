"""A plan with schema operations, for the golden tests: two renames, then a PATCH."""

from reconciler.value import replace
from tests.support.documents.assets import plan_with_assets, source_of
from tests.support.documents.planned import live_of
from tests.support.documents.site_document import set_attribute, set_mapping, set_type

_MADE = plan_with_assets(
    source_of(
        set_type("file", name="Document"),
        set_attribute("size", name="Bytes"),
        set_mapping("file", selector="drives.documents"),
        name="disk-analysis",
        live=live_of(everything=True),
    )
)
RENAMES = replace(
    _MADE,
    sources=tuple(replace(each, file="manifests/disk-analysis.yaml") for each in _MADE.sources),
)
