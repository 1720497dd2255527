"""The parts that tie a workbook together: relations, and small parts of XML."""

import posixpath
import xml.etree.ElementTree as ET
from urllib.parse import unquote

from hanbin_lib.ingest.containers import Container
from hanbin_lib.ingest.plain_xml import plain


def element(container: Container, name: str) -> ET.Element:
    """Root of a small part, its names without prefixes."""
    return ET.fromstring(b"".join(plain([container.read(name)])))


def main_part(container: Container) -> str:
    """Name of the workbook's own part."""
    found = relations(container, "")
    return next(target for kind, target in found.values() if kind == "officeDocument")


def relations(container: Container, part: str) -> dict[str, tuple[str, str]]:
    """Id -> last word of the type, and name of the part."""
    folder, name = posixpath.split(part)
    root = element(container, posixpath.join(folder, "_rels", f"{name}.rels"))
    return {
        relation.get("Id", ""): (
            relation.get("Type", "").rpartition("/")[2],
            posixpath.normpath(posixpath.join("/", folder, unquote(relation.get("Target", "")))).lstrip("/"),
        )
        for relation in root
        if relation.get("TargetMode") != "External"
    }
