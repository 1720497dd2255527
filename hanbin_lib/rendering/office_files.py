"""What all office files have in common: no clock, properties, what may not be in one."""

import datetime as dt
import io
import re
import unicodedata
import zipfile
from typing import Any

from lxml import etree

from hanbin_lib.display import Masthead
from hanbin_lib.privacy.reading import unreadable_parts

_EPOCH = (1980, 1, 1, 0, 0, 0)  # a zip file has no year before: no clock gets into it
_MOMENT = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_LINK = "hyperlink"
_PROPERTIES, _WORKBOOK = "docProps/core.xml", ".xlsx"


def entry(name: str) -> zipfile.ZipInfo:
    """A file of a zip file, without a clock."""
    return zipfile.ZipInfo(name, _EPOCH)


def width_of(text: str) -> int:
    """How wide a text is in print, in half characters: Chinese ones count two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)


def describe(core: Any, info: Masthead) -> None:
    """Who, what and as of when in the core properties of a file; no clock, no name of a machine's user.

    Parameters
    ----------
    core
        Of python-docx or python-pptx.
    """
    core.title, core.author, core.subject = info.title, info.issuer, info.bulletin_name
    core.keywords, core.comments, core.language = info.issue_label, info.mark, "zh-CN"
    core.created = core.modified = dt.datetime.fromisoformat(info.as_of)
    core.last_modified_by, core.revision = info.issuer, 1


def repacked(content: bytes, as_of: str) -> bytes:
    """The package with fixed dates in its directory and its properties, workbooks inside it likewise.

    Parameters
    ----------
    as_of
        Day that dates the file: ``2022-09-30``.
    """
    again = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as made,
        zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as file,
    ):
        for name in made.namelist():
            part = made.read(name)
            if name.endswith(_WORKBOOK):
                part = repacked(part, as_of)
            elif name == _PROPERTIES:
                part = _MOMENT.sub(f"{as_of}T00:00:00Z".encode(), part)
            file.writestr(entry(name), part, zipfile.ZIP_DEFLATED)
    return again.getvalue()


def package_faults(content: bytes, suffix: str) -> list[str]:
    """What of an office's own document may not leave: what nobody can look into, or loads from elsewhere."""
    closed = unreadable_parts(f"document.{suffix}", content)
    faults = [f"{part}：这种内容无法检查（嵌入的字体、对象、宏等），删去后另存" for part in closed]
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for name in (member for member in package.namelist() if member.endswith(".rels")):
            for relation in etree.fromstring(package.read(name)):
                kind = relation.get("Type", "").rpartition("/")[2]
                if relation.get("TargetMode") == "External" and kind != _LINK:
                    faults.append(f"{name}：引用了本文件以外的内容（{kind}），改为嵌入或删去")
    return faults
