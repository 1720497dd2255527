"""Installing the typefaces into the environment, from Debian's packages, without root.

FandolFang (仿宋), FandolKai (楷体), FandolSong Bold (stand-in for 小标宋) come from
``texlive-lang-chinese``, Noto Sans SC and Noto Serif SC from ``fonts-noto-cjk``. The packages
are downloaded and unpacked, TeX is not installed. Where apt is not to be had, the Noto faces
of the PyPI package ``pylopdf-fonts-zh-cn`` serve for everything, and what will look different
is said.
"""

import gzip
import hashlib
import importlib.metadata
import importlib.util
import io
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import uharfbuzz
from fontTools.ttLib import TTFont

from hanbin_lib.files import sha256_of, write_atomically
from hanbin_lib.fonts import INVENTORY, folder

_FANDOL = "usr/share/texlive/texmf-dist/fonts/opentype/public/fandol"
_NOTO = "usr/share/fonts/opentype/noto"
_FANDOL_LICENCE = "GPL-3.0-or-later WITH Font-exception-2.0"
_PYPI = "pylopdf-fonts-zh-cn"
_RECIPE_VERSION = 4
# Hangul and its compatibility forms are not needed; all Han blocks are kept, for the names
# of persons and villages reach into Extension A and beyond.
_LEFT_OUT = ((0x1100, 0x11FF), (0x3130, 0x318F), (0xA960, 0xA97F), (0xAC00, 0xD7FF), (0xFFA0, 0xFFDC))
# A mirror that does not answer must not hold up the substitutes for minutes.
_APT = ("apt-get", "-q", "-o", "Acquire::Retries=1", "-o", "Acquire::http::Timeout=20", "-o", "Acquire::https::Timeout=20")  # fmt: skip
_LICENCES = {
    "texlive-lang-chinese": (
        "usr/share/doc/texlive-lang-chinese/copyright",
        "usr/share/doc/texlive-doc/fonts/fandol/*",
    ),
    "fonts-noto-cjk": ("usr/share/doc/fonts-noto-cjk/copyright",),
}


@dataclass(frozen=True, slots=True)
class _Recipe:
    """One face to install: which package, file, face of a collection, and its names."""

    package: str
    file: str
    index: int
    target: str
    family: str
    weight: str
    licence: str


_DEBIAN: tuple[_Recipe, ...] = (
    _Recipe("texlive-lang-chinese", f"{_FANDOL}/FandolFang-Regular.otf", 0, "FandolFang-Regular.otf", "FandolFang R", "regular", _FANDOL_LICENCE),
    _Recipe("texlive-lang-chinese", f"{_FANDOL}/FandolKai-Regular.otf", 0, "FandolKai-Regular.otf", "FandolKai", "regular", _FANDOL_LICENCE),
    _Recipe("texlive-lang-chinese", f"{_FANDOL}/FandolSong-Bold.otf", 0, "FandolSong-Bold.otf", "FandolSong", "bold", _FANDOL_LICENCE),
    _Recipe("fonts-noto-cjk", f"{_NOTO}/NotoSansCJK-Regular.ttc", 2, "NotoSansSC-Regular.otf", "Noto Sans SC", "regular", "OFL-1.1"),
    _Recipe("fonts-noto-cjk", f"{_NOTO}/NotoSansCJK-Bold.ttc", 2, "NotoSansSC-Bold.otf", "Noto Sans SC", "bold", "OFL-1.1"),
    _Recipe("fonts-noto-cjk", f"{_NOTO}/NotoSerifCJK-Regular.ttc", 2, "NotoSerifSC-Regular.otf", "Noto Serif SC", "regular", "OFL-1.1"),
)  # fmt: skip
_FALLBACK: tuple[_Recipe, ...] = (
    _Recipe(_PYPI, "NotoSansSC-Regular.otf", 0, "NotoSansSC-Regular.otf", "Noto Sans SC", "regular", "OFL-1.1"),
    _Recipe(_PYPI, "NotoSerifSC-Regular.otf", 0, "NotoSerifSC-Regular.otf", "Noto Serif SC", "regular", "OFL-1.1"),
)  # fmt: skip


_SUBSTITUTES = {r.family: "Noto Serif SC" for r in _DEBIAN if r.family not in {f.family for f in _FALLBACK}}


def install() -> None:
    """Install the faces unless a valid inventory says that they are there.

    Where substitutes are installed, Debian's packages are tried again.
    """
    target = folder()
    if _is_valid(target):
        print(f"字体已安装：{target}")
        return
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="hanbin-fonts-") as temporary:
        work = Path(temporary)
        try:
            roots, recipes = {name: _unpacked(name, work) for name in _LICENCES}, _DEBIAN
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"取不到 Debian 字体包（{type(error).__name__}），改用 PyPI 的思源字体。", file=sys.stderr)
            print("与标准版式的不同：仿宋、楷体、小标宋由思源宋体代替，黑体没有粗体。", file=sys.stderr)
            roots, recipes = {_PYPI: (_pypi_folder(), importlib.metadata.version(_PYPI))}, _FALLBACK
        entries = [_install_face(recipe, *roots[recipe.package], target) for recipe in recipes]
        for name, (root, _) in roots.items():
            write_atomically(target / f"LICENCE-{name}.txt", _licence(name, root))
    inventory = {
        "recipe_version": _RECIPE_VERSION,
        "faces": entries,
        "substitutes": _SUBSTITUTES if recipes is _FALLBACK else {},
    }
    text = json.dumps(inventory, ensure_ascii=False, indent=2)
    write_atomically(target / INVENTORY, text.encode())
    print(f"字体已安装：{len(entries)} 个，{target}")


def _is_valid(target: Path) -> bool:
    try:
        inventory = json.loads((target / INVENTORY).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return False
    if inventory.get("recipe_version") != _RECIPE_VERSION or inventory.get("substitutes"):
        return False
    return all(
        (target / face["file"]).is_file() and sha256_of(target / face["file"]) == face["sha256"]
        for face in inventory["faces"]
    )


def _unpacked(package: str, work: Path) -> tuple[Path, str]:
    """Download and unpack a Debian package; return its root and version."""
    _download(package, work)
    deb = next(work.glob(f"{package}_*.deb"), None)
    if deb is None:
        raise FileNotFoundError(package)
    root = work / package
    subprocess.run(["dpkg-deb", "-x", deb, root], check=True)
    return root, deb.name.split("_")[1].replace("%3a", ":")


def _download(package: str, work: Path) -> None:
    print(f"下载字体包 {package} …", flush=True)
    if _apt(work, "download", package) == 0:
        return
    # A fresh machine has no package lists yet; only root may fetch them system-wide.
    lists = _private_lists(work)
    for arguments in ((*lists, "update"), (*lists, "download", package)):
        if status := _apt(work, *arguments):
            raise subprocess.CalledProcessError(status, "apt-get")


def _apt(work: Path, *arguments: str) -> int:
    """Exit status of apt-get, run silently in `work`."""
    return subprocess.run([*_APT, *arguments], cwd=work, capture_output=True, check=False).returncode


def _private_lists(work: Path) -> list[str]:
    """Options that keep apt's package lists in `work`, so that no root is needed."""
    for name in ("lists/partial", "cache/archives/partial"):
        (work / "apt" / name).mkdir(parents=True, exist_ok=True)
    return ["-o", f"Dir::State::lists={work}/apt/lists", "-o", f"Dir::Cache={work}/apt/cache"]


def _pypi_folder() -> Path:
    spec = importlib.util.find_spec(_PYPI.replace("-", "_"))
    if spec is None or spec.origin is None:
        raise FileNotFoundError(_PYPI)
    return Path(spec.origin).parent


def _install_face(recipe: _Recipe, root: Path, version: str, target: Path) -> dict[str, str]:
    content = _reduced((root / recipe.file).read_bytes(), recipe)
    write_atomically(target / recipe.target, content)
    return {
        "file": recipe.target,
        "family": recipe.family,
        "weight": recipe.weight,
        "source": f"{recipe.package} {version}",
        "licence": recipe.licence,
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def _reduced(source: bytes, recipe: _Recipe) -> bytes:
    """One face with the characters kept, without hints, under the family name given."""
    face = uharfbuzz.Face(source, recipe.index)
    wanted = uharfbuzz.SubsetInput()
    kept = [p for p in face.unicodes if not any(low <= p <= high for low, high in _LEFT_OUT)]
    wanted.sets(uharfbuzz.SubsetInputSets.UNICODE).update(kept)
    wanted.flags = uharfbuzz.SubsetFlags.NO_HINTING
    subset = uharfbuzz.subset(face, wanted)
    if subset is None:
        raise OSError(recipe.file)
    return _renamed(subset.blob.data, recipe)


def _renamed(content: bytes, recipe: _Recipe) -> bytes:
    style = recipe.weight.title()
    postscript = f"{recipe.family.replace(' ', '')}-{style}"
    names = {1: recipe.family, 2: style, 4: f"{recipe.family} {style}", 6: postscript}
    font = TTFont(io.BytesIO(content), recalcTimestamp=False)
    font["name"].names = [r for r in font["name"].names if r.nameID in (0, 13, 14)]
    for number, text in names.items():
        font["name"].setName(text, number, 3, 1, 0x409)
    out = io.BytesIO()
    font.save(out, reorderTables=None)
    return out.getvalue()


def _licence(package: str, root: Path) -> bytes:
    """Licence texts of a package, one after the other."""
    if package == _PYPI:
        listed = importlib.metadata.files(_PYPI) or []
        files = [Path(str(file.locate())) for file in listed if file.parent.name == "licenses"]
    else:
        files = [file for pattern in _LICENCES[package] for file in sorted(root.glob(pattern))]
    return b"\n".join(gzip.decompress(f.read_bytes()) if f.suffix == ".gz" else f.read_bytes() for f in files)


if __name__ == "__main__":
    install()
