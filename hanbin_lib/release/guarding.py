"""The guard before publication: nothing personal in any file of the month, nor in its logs."""

from collections.abc import Iterator
from pathlib import Path

from hanbin_lib.bulletin import Bulletin
from hanbin_lib.contract import TABLES
from hanbin_lib.contract.columns import Kind
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.parameter_tables import decoded
from hanbin_lib.privacy import Guard, PersonalTerms, read_terms
from hanbin_lib.workspace import Workspace

_PACKAGE = Path(__file__).parents[1]
_MOST_TOLD = 20


def guard_files(files: list[Path], county: Bulletin, workspace: Workspace) -> None:
    """Look for every person of the inputs in `files`; raise ``HB-GRD-001`` where one appears."""
    guard = Guard(month_terms(county, workspace), vocabulary(county, workspace))
    hits = [hit for path in files for hit in guard.scan(path)]
    if hits:
        lines = [f"{hit.file}：{hit.kind}{hit.places}处" for hit in hits[:_MOST_TOLD]]
        raise HanbinError(
            "HB-GRD-001",
            f"发现个人信息，停止发布（共{len(hits)}项）：\n" + "\n".join(lines),
            action="检查这些文件来自哪个单元格；原有发布内容没有改动",
            exit_code=ExitCode.PERSONAL_DATA,
        )


def month_terms(county: Bulletin, workspace: Workspace) -> PersonalTerms | None:
    """Values of the personal columns of all months that the bulletin reads; None without any."""
    if not workspace.secret.is_file():
        return None
    secret = workspace.secret.read_bytes()
    paths = (workspace.personal_terms / f"{version}.terms" for version in county.sources.ids.values())
    known = [terms for terms in (read_terms(path, secret) for path in paths) if terms is not None]
    whole = PersonalTerms()
    for terms in known:
        whole = whole.joined(terms)
    return whole if known else None


def vocabulary(county: Bulletin, workspace: Workspace) -> Iterator[str]:
    """Words that may be printed whatever persons are called.

    Program, notebooks and parameters; names of places; values of the columns that are not
    personal.
    """
    for folder, endings in (
        (_PACKAGE, ("*.py", "*.typ", "*.j2")),
        (workspace.notebooks, ("*.ipynb",)),
        (workspace.params, ("*.yaml", "*.csv")),
    ):
        for ending in endings:
            yield from (decoded(path.read_bytes()) for path in sorted(folder.rglob(ending)))
    for name, table in TABLES.items():
        rows = county.sources.table(name) if county.snapshot.has(name) else None
        if rows is None:
            continue
        plain = [c.name for c in table.columns if c.kind in (Kind.TEXT, Kind.CHOICE) and not c.personal]
        for column in plain:
            if column in rows:
                yield from (str(value) for value in rows[column].dropna().unique())
