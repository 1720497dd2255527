"""Exhibits that failed while the bulletin went on: named in the run's report, or a reason to stop."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import nbformat

from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.release.plan import Document
from hanbin_lib.rendering import content_of

_MOST_TOLD = 10


def failed_exhibits(folder: Path, made: Iterable[Document]) -> dict[str, tuple[str, ...]]:
    """What could not be made, by name of the document.

    The public edition keeps no notebook; its exhibits are those of the internal one.
    """
    found = {}
    for document in made:
        path = folder / f"{document.name}.ipynb"
        failed = content_of(nbformat.read(path, as_version=4)).failed if path.is_file() else ()
        if failed:
            found[document.name] = failed
    return found


def incomplete(gaps: Mapping[str, tuple[str, ...]]) -> HanbinError:
    """The refusal of a month with such gaps, where the county's policy asks for it."""
    told = [f"{name}：{'、'.join(failed)}" for name, failed in list(gaps.items())[:_MOST_TOLD]]
    return HanbinError(
        "HB-REL-006",
        "有内容没有生成，按 params/batch.yaml 的规定停止发布：\n" + "\n".join(told),
        action="在 JupyterLab 里打开月报笔记本查明原因；或把 stops_on_failed_exhibit 改为 false",
        exit_code=ExitCode.NOTEBOOK_FAILED,
    )
