"""What a month's run makes: one document an area, each with a key of everything it depends on."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hanbin_lib import __version__, fonts
from hanbin_lib.bulletin import MonthInputs, open_inputs
from hanbin_lib.disclosure import earlier_editions
from hanbin_lib.files import sha256_of
from hanbin_lib.months import Month
from hanbin_lib.rendering import FORMATS, PUBLIC_FORMATS, Format
from hanbin_lib.state import Anchor
from hanbin_lib.store import program_digest
from hanbin_lib.workspace import PUBLIC, Workspace

Progress = Callable[[str, int, int], None]
_DATA = "数据 "
_MOST_MONTHS = 3


@dataclass(frozen=True, slots=True)
class Revision:
    """Which revision of a month it is, and why there is another one.

    Parameters
    ----------
    number
        1 for the first.
    reason
        Empty for the first.
    """

    number: int = 1
    reason: str = ""


FIRST = Revision()


@dataclass(frozen=True, slots=True)
class Document:
    """One bulletin to be made.

    Parameters
    ----------
    area
        Place code.
    name
        File name without ending: ``610902110_流水镇``.
    notebook
        The notebook to run.
    parameters
        Its parameters, JSON types only.
    key
        SHA-256 of all that the result depends on; the same key means the same document.
    is_plain
        Whether it comes without what towns have on request only.
    """

    area: str
    name: str
    notebook: Path
    parameters: dict[str, Any]
    key: str
    is_plain: bool = False

    @property
    def files(self) -> tuple[str, ...]:
        """Names of the files it consists of."""
        return tuple(f"{self.name}{form.ending}" for form in self.formats)

    @property
    def formats(self) -> tuple[Format, ...]:
        """In which it is published."""
        every = PUBLIC_FORMATS if self.parameters["edition"] == PUBLIC else FORMATS
        return tuple(form for form in every if form.is_of_towns) if self.is_plain else every


def plan(
    workspace: Workspace, county: MonthInputs, areas: tuple[str, ...] = (), revision: Revision = FIRST
) -> tuple[Document, ...]:
    """Documents of the month: the county and its towns, or only `areas`.

    Raises
    ------
    HanbinError
        ``HB-PAR-004`` an unknown area, ``HB-PAR-005`` one that is not counted.
    """
    chosen = areas or tuple(county.scope.upper_places)
    for area in chosen:
        county.scope.register.check_reported(area)
    inputs = _digest(*(f"{name} {digest}" for name, digest in inputs_of(workspace, county).items()))
    return tuple(_document(workspace, county, area, inputs, revision) for area in chosen)


def plan_counties(workspaces: Iterable[Workspace], month: Month) -> Iterator[tuple[Workspace, Document]]:
    """Documents of the month in many counties, one county at a time.

    No figure is computed and nothing is kept, so a province is planned in seconds and in the
    memory of one county.
    """
    for workspace in workspaces:
        for document in plan(workspace, open_inputs(str(month), workspace=workspace)):
            yield workspace, document


def with_record(document: Document, record: Anchor) -> Document:
    """The document with the head of the record of runs that it prints.

    No part of its key: what is published or half made stays true when the record goes on.
    """
    text = f"{record.records}:{record.sha256}" if record.records else ""
    return replace(document, parameters={**document.parameters, "record": text})


def run_key_of(documents: Iterable[Document]) -> str:
    """SHA-256 of all that a publication of these documents depends on."""
    return _digest(*sorted(f"{document.area} {document.key}" for document in documents))


def inputs_of(workspace: Workspace, county: MonthInputs) -> dict[str, str]:
    """What the month is made from, each part by its Chinese name with its version or hash.

    Data by month, parameters by file, the officer's entries, areas, models, earlier forecasts, program,
    fonts; of the public edition also the earlier ones, which it may not give away. The notebooks are in
    each document's key.
    """
    settings, issue = county.settings, county.issue
    return {
        **{f"{_DATA}{month}": version for month, version in county.sources.ids.items()},
        **{
            f"参数 {name}": _digest(getattr(settings, name).model_dump_json())
            for name in type(settings).model_fields
        },
        **_templates_of(county),
        "发文要素": _digest(issue.model_dump_json()),
        "区划名册": _digest(
            county.scope.register.table.to_csv(index=False), *map(str, county.scope.register.past_key)
        ),
        "模拟方案": _digest(county.models.as_text),
        **_returns_of(county),
        **_told_before(workspace, county),
        "历次预测": _digest(*(entry.filename for entry in county.forecasts)),
        "程序": _digest(__version__, program_digest()),
        "字体": _digest(*(face.sha256 for face in fonts.faces())),
    }


def _templates_of(county: MonthInputs) -> dict[str, str]:
    typography = county.settings.typography
    used = {"Word 模板": typography.word_document, "幻灯母版": typography.slide_document}
    return {name: hashlib.sha256(content).hexdigest() for name, content in used.items() if content}


def _told_before(workspace: Workspace, county: MonthInputs) -> dict[str, str]:
    earlier = editions_before(workspace, county)
    return {"以前各月公开版": _digest(*(sha256_of(path) for path in earlier))} if earlier else {}


def editions_before(workspace: Workspace, county: MonthInputs) -> list[Path]:
    """Figures of earlier months' public editions; none where the edition that is made is the internal one."""
    return earlier_editions(workspace, county.scope.months) if workspace.edition == PUBLIC else []


def _returns_of(county: MonthInputs) -> dict[str, str]:
    out = county.handed_out
    if out is None:
        return {}
    return {"上月回执": _digest(out.record.model_dump_json(), out.returned.model_dump_json())}


def reason_of(before: dict[str, str], now: dict[str, str]) -> str:
    """What changed in the inputs since the last revision, in Chinese."""
    changed = [name for name in {**before, **now} if before.get(name) != now.get(name)]
    months = [name.removeprefix(_DATA) for name in changed if name.startswith(_DATA)]
    parts = (
        [f"{'、'.join(months[:_MOST_MONTHS])}{'等月' if months[_MOST_MONTHS:] else ''}数据更正"]
        if months
        else []
    )
    parts += [f"{name}有改动" for name in changed if not name.startswith(_DATA)]
    return "；".join(parts) or "笔记本有改动"


def _document(
    workspace: Workspace, county: MonthInputs, area: str, inputs: str, revision: Revision
) -> Document:
    notebook = workspace.notebooks / "bulletin.ipynb"
    parameters: dict[str, Any] = {
        "month": str(county.month),
        "area": area,
        "snapshot": county.snapshot.id,
        "revision": revision.number,
        "reason": revision.reason,
        "edition": workspace.edition,
    }
    key = _digest(json.dumps([parameters, sha256_of(notebook), inputs], sort_keys=True))
    name = f"{area}_{county.scope.register.name(area)}"
    is_plain = area != county.settings.county.code and not county.settings.typography.town_slides
    return Document(area, name, notebook, {**parameters, "record": ""}, key, is_plain)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()
