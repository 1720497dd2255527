"""All that is published beside the documents: figures, guide, inputs, manifest; and inputs unpacked again."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from hanbin_lib import __version__
from hanbin_lib.bulletin import Bulletin, MonthInputs
from hanbin_lib.bulletin.handed_out import LISTS, RETURNS, folder_of
from hanbin_lib.disclosure import kept
from hanbin_lib.files import sha256_of, write_atomically
from hanbin_lib.privacy import Guard
from hanbin_lib.release.checks.personal_data import Looked, guard_counts, guard_entries, guard_files
from hanbin_lib.release.plan import editions_before, inputs_of
from hanbin_lib.release.publication import GAP, GUIDE, INPUTS, MANIFEST, link_over
from hanbin_lib.release.revision import Run
from hanbin_lib.release.staging import Staging
from hanbin_lib.rendering import FORMATS, PUBLIC_FORMATS
from hanbin_lib.rendering.office_files import entry
from hanbin_lib.snapshots import VERSIONS
from hanbin_lib.state import Files, PublicationManifest, PublishedDocument
from hanbin_lib.store import program_digest
from hanbin_lib.workspace import INDICATORS, Workspace

_KEPT = {".yaml", ".csv", ".ipynb"}
# Who is told of a publication, and who can open the exports, has no part in what is published.
_NOT_KEPT = {"notify.yaml", "keepers.yaml"}


def assemble(
    run: Run,
    staging: Staging,
    made: dict[str, Files],
    failed: dict[str, str],
    gaps: dict[str, tuple[str, ...]],
    guard: Callable[[], Guard],
    looked: Looked,
) -> PublicationManifest:
    """Complete the staged folder and return its manifest.

    Parameters
    ----------
    made
        Hashes of the files of each document made, by area.
    failed
        Why a document is a gap, by name.
    gaps
        Exhibits that could not be made, by name of the document.
    guard
        Gives the month's; asked for where anything was not looked into yet.
    looked
        What the guard has found already, in the workers that made the files.

    Raises
    ------
    HanbinError
        ``HB-GRD-…`` something personal stands in a file or an entry, or nobody can look into a file.
    """
    folder, stays = staging.folder, (*run.kept, *run.still_true)
    if run.published:
        link_over(run.published, [name for d in stays for name in d.files], folder)
    names = {d.area: d.name for d in (*run.documents, *run.still_true)}
    files = dict(made) | {d.area: {name: sha256_of(folder / name) for name in d.files} for d in stays}
    keys = {d.area: d.key for d in (*run.documents, *run.still_true)}
    documents = {a: PublishedDocument(name=names[a], key=keys[a], files=files[a]) for a in sorted(files)}
    guard_entries(run.revision.reason, run.county, guard)
    others = _beside(run.county) | _write_gaps(folder, failed)
    staging.keep_only({name for part in files.values() for name in part} | others)
    guard_counts(folder / INDICATORS, run.county)
    seen = [*sorted(folder.iterdir()), *_log_of(run)]
    guard_files(seen, guard, run.county.month, looked)
    beside = {name: sha256_of(folder / name) for name in sorted(others)}
    return _manifest(run, documents, failed, gaps, beside)


def write_beside(run: Run, folder: Path) -> None:
    """Write what stands beside the documents: nothing of it waits for them."""
    write_indicators(run.county, folder)
    write_atomically(folder / GUIDE, _guide(run.county).encode())
    if INPUTS in _beside(run.county):
        write_atomically(folder / INPUTS, inputs_archive(run.workspace, run.county))


def _beside(county: Bulletin) -> set[str]:
    # What it was made from stays in the bureau, beside the internal edition.
    return {INDICATORS, GUIDE, *(() if county.is_public else (INPUTS,))}


def write_indicators(county: Bulletin, folder: Path) -> None:
    """Write the month's figures, which every document is held against."""
    text = county.figures.table.to_csv(index=False, lineterminator="\n")
    write_atomically(folder / INDICATORS, text.encode())


def _manifest(
    run: Run,
    documents: dict[str, PublishedDocument],
    failed: dict[str, str],
    gaps: dict[str, tuple[str, ...]],
    files: Files,
) -> PublicationManifest:
    """Everything that the publication was made from and consists of; holds no clock."""
    county = run.county
    return PublicationManifest(
        month=str(county.month),
        revision=run.revision.number,
        reason=run.revision.reason,
        run_key=run.key,
        whole_key=run.whole_key,
        record=run.record,
        is_demonstration=county.snapshot.manifest.is_demonstration,
        snapshot=county.snapshot.id,
        snapshots=county.sources.ids,
        inputs=inputs_of(run.workspace, county),
        version=__version__,
        code_sha256=program_digest(),
        documents=documents,
        failed=failed,
        gaps=gaps,
        files=files,
        previous=_previous(run),
    )


def _previous(run: Run) -> dict[str, Any] | None:
    """The revision before this one, which stays under ``.revisions``."""
    if run.published is None:
        return None
    before = run.published.manifest
    if before.revision == run.revision.number:  # a gap filled, a file mended
        return before.previous
    return {"revision": before.revision, "manifest_sha256": run.published.sha256}


def _write_gaps(folder: Path, failed: dict[str, str]) -> set[str]:
    for name, why in failed.items():
        text = f"{name}：本期未能生成，暂缺。\n原因：{why}\n"
        write_atomically(folder / f"{name}{GAP}", text.encode())
    return {f"{name}{GAP}" for name in failed}


def _guide(county: Bulletin) -> str:
    demonstration = county.snapshot.manifest.is_demonstration
    lines = [
        f"{county.settings.county.bulletin_name}　{county.month.label}",
        "演示数据：由程序按种子随机生成，不对应任何真实个人。" if demonstration else "",
        _of_the_public_edition(county) if county.is_public else "",
        *(f"*{form.ending} {form.purpose}；" for form in (PUBLIC_FORMATS if county.is_public else FORMATS)),
        f"*{GAP} 该地区本期未能生成，注明原因；",
        f"{INDICATORS} 本期指标；" + ("" if county.is_public else f"{INPUTS} 复核材料；"),
        f"{MANIFEST} 版次、修订原因、数据版本、程序版本和各文件的 SHA-256。",
    ]
    return "\n".join(line for line in lines if line) + "\n"


def _of_the_public_edition(county: Bulletin) -> str:
    """What rounding and leaving out mean, and how much of what is known is published."""
    base, share = county.settings.disclosure.base, kept(county.figures.table, str(county.month))
    return (
        f"公开版：不足{base}的户数、人数（零除外）不公布，各镇和各类的舍去零头，只印{base}的整倍数（“余”）；不含清单。\n"
        f"本期公布全县（区）{share.county_of}个数中的{share.county}个，各镇（街道）{share.towns_of}个数中的{share.towns}个。"
    )


def _log_of(run: Run) -> list[Path]:
    """What the kernels wrote about it: no other month's log, nor an earlier run's, can stop this one."""
    space, month = run.workspace, run.county.month
    logs = (space.kernel_log(month), space.models_log(month))
    return [log for log in logs if log.is_file() and log.stat().st_size]


def inputs_archive(workspace: Workspace, county: MonthInputs) -> bytes:
    """Zip of what the month was made from, the same bytes for the same inputs."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in _inputs(workspace, county):
            archive.writestr(entry(name), path.read_bytes(), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def unpacked(root: Path, archive: Path, snapshots: Mapping[str, str]) -> Workspace:
    """A workspace in `root` with the packed inputs and a list of one version a month.

    Parameters
    ----------
    snapshots
        Identifier of the version by month; the caller puts their folders into the store.
    """
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(root)
    workspace = Workspace(root)
    for month, version in snapshots.items():
        folder = workspace.store / month
        folder.mkdir(parents=True, exist_ok=True)
        line = json.dumps({"id": version, "previous": None})
        (folder / VERSIONS).write_text(line + "\n", encoding="utf-8")
    return workspace


def _inputs(workspace: Workspace, county: MonthInputs) -> Iterator[tuple[str, Path]]:
    templates = {workspace.params / name for name in county.settings.typography.documents}
    others = {*(workspace.params / "issues").glob("*")} - {
        workspace.params / "issues" / f"{county.month}.yaml"
    }
    for folder in (workspace.params, workspace.notebooks):
        for path in sorted({*folder.rglob("*")} - others):  # the month was made of its own entries alone
            is_kept = (path.suffix in _KEPT and path.name not in _NOT_KEPT) or path in templates
            if is_kept and path.is_file():
                yield path.relative_to(workspace.root).as_posix(), path
    for forecast in county.forecasts:
        yield f"data/forecasts/{forecast.filename}", workspace.forecasts / forecast.filename
    lists = folder_of(workspace, county.month.shift(-1))
    given_out = () if county.handed_out is None else (lists / LISTS, lists / RETURNS)
    # The earlier public editions are for who makes one elsewhere.
    for path in (*editions_before(workspace, county), *given_out):
        if path.is_file():
            yield path.relative_to(workspace.root).as_posix(), path
