"""Icons and statuses: each once, and an icon's image has the format that the API requires."""

import binascii
from collections.abc import Sequence
from struct import unpack

from reconciler.codes.manifest import ManifestCode
from reconciler.manifest.check_report import Report
from reconciler.manifest.outline import ManifestElement, Outline
from reconciler.manifest.wording import quote

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER = len(_SIGNATURE) + 16  # up to the height: length and name of IHDR, width, height
_SIDE = 48


def check_icons(document: Outline, report: Report) -> None:
    """Report duplicate icons and statuses, and warn of images that are not 48×48 PNGs."""
    _check_unique(document.icons, "key", "icon", ManifestCode.DUPLICATE_ICON, report)
    _check_unique(document.statuses, "name", "status", ManifestCode.DUPLICATE_STATUS, report)
    for icon in document.icons:
        image = icon.get("png48")
        if isinstance(image, str) and (reason := _fault_of(image)) is not None:
            # The JSON Schema does not check the content of the image; the API may.
            report.add(
                ManifestCode.ICON_IMAGE,
                f"the image of icon {quote(icon.name)} {reason}",
                (*icon.at, "png48"),
                hint="png48 is a PNG image of 48×48 pixels, in base64",
            )


def _check_unique(
    elements: Sequence[ManifestElement], key: str, noun: str, code: ManifestCode, report: Report
) -> None:
    first: dict[str, ManifestElement] = {}
    for element in elements:
        if element.name is None:
            continue
        other = first.setdefault(element.name, element)
        if other is not element:
            report.add(
                code,
                f"{noun} {quote(element.name)} is defined twice",
                (*element.at, key),
                hint=f"the first one is on {report.line_of((*other.at, key))}",
            )


def _fault_of(image: str) -> str | None:
    try:
        data = binascii.a2b_base64(image, strict_mode=True)
    except (binascii.Error, ValueError):
        return "is not base64"
    if not data.startswith(_SIGNATURE) or len(data) < _HEADER or data[12:16] != b"IHDR":
        return "is not a PNG"
    width, height = unpack(">II", data[16:24])
    return None if (width, height) == (_SIDE, _SIDE) else f"is {width}×{height} pixels"
