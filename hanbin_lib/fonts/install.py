"""Installing the typefaces into the environment, without root: ``hanbin fonts``.

What each face is made from stands in `recipes`. apt brings whatever version its distribution has, with the
proxies and mirrors it is set up for; where there is none, or where it brings other files than the locked
ones, a known version is fetched from a mirror. Where neither is to be had, the Noto faces of a package of
PyPI serve for everything, and what will look different is said.
"""

import gzip
import hashlib
import http.client
import importlib.metadata
import importlib.util
import io
import json
import lzma
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import uharfbuzz
from fontTools.ttLib import TTFont

from hanbin_lib.files import sha256_of, write_atomically
from hanbin_lib.fonts import INVENTORY, folder
from hanbin_lib.fonts.recipes import (
    ARCHIVES,
    FALLBACK,
    LICENCES,
    PYPI,
    STANDARD,
    SUBSTITUTES,
    Archive,
    Recipe,
)

GIVEN = "HANBIN_FONTS"  # environment: folder with faces that were installed elsewhere (the offline bundle)
_RECIPE_VERSION = 5
# Hangul and its compatibility forms are not needed; all Han blocks are kept, for the names
# of persons and villages reach into Extension A and beyond.
_LEFT_OUT = ((0x1100, 0x11FF), (0x3130, 0x318F), (0xA960, 0xA97F), (0xAC00, 0xD7FF), (0xFFA0, 0xFFDC))
MIRROR = "HANBIN_DEBIAN_MIRROR"  # environment: address of a Debian mirror, such as one ends in /debian
_SECONDS = 20
# A mirror that does not answer must not hold up the substitutes for minutes.
_OPTIONS = ("Retries=1", f"http::Timeout={_SECONDS}", f"https::Timeout={_SECONDS}")
_APT = ("apt-get", "-q", *(word for option in _OPTIONS for word in ("-o", f"Acquire::{option}")))
_AR_MAGIC, _AR_HEAD = b"!<arch>\n", 60


class UnavailableError(Exception):
    """A package that nobody here delivers with the locked files; says what was tried."""


class Unpacked(NamedTuple):
    """A package that was unpacked: its root, and its version."""

    root: Path
    version: str


def from_debian(package: str, recipes: tuple[Recipe, ...], work: Path) -> Unpacked:
    """Get a package with all its locked files, unpacked below `work`.

    Raises
    ------
    UnavailableError
        Neither apt nor a mirror has it.
    """
    wanted = [recipe for recipe in recipes if recipe.package == package]
    reasons: list[str] = []
    for found in _candidates(package, work / package, reasons):
        if all(_is_locked(found.root / recipe.file, recipe) for recipe in wanted):
            return found
        reasons.append(f"{found.version} 的文件与锁定的不同")
    raise UnavailableError("；".join(reasons) or "没有 apt，也没有指定镜像")


def _is_locked(file: Path, recipe: Recipe) -> bool:
    return file.is_file() and sha256_of(file) == recipe.sha256


def _candidates(package: str, folder: Path, reasons: list[str]) -> Iterator[Unpacked]:
    """Unpacked versions, one after the other; what failed is added to `told`."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        deb = _by_apt(package, folder)
        yield Unpacked(unpack(deb, folder / "apt-root"), deb.name.split("_")[1].replace("%3a", ":"))
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        reasons.append(f"apt：{type(error).__name__}")
    for mirror in mirrors():
        for archive in ARCHIVES[package]:
            try:
                deb = fetch(mirror, archive, folder)
                yield Unpacked(unpack(deb, folder / archive.sha256), archive.version)
            except (OSError, ValueError, http.client.HTTPException) as error:
                reasons.append(f"镜像：{type(error).__name__}")


def _by_apt(package: str, folder: Path) -> Path:
    """The package as apt downloads it; its own lists serve where there are none that root made."""
    if _apt(folder, "download", package):
        lists = _private_lists(folder)
        for arguments in ((*lists, "update"), (*lists, "download", package)):
            if status := _apt(folder, *arguments):
                raise subprocess.CalledProcessError(status, "apt-get")
    deb = next(folder.glob(f"{package}_*.deb"), None)
    if deb is None:
        raise FileNotFoundError(package)
    return deb


def _apt(folder: Path, *arguments: str) -> int:
    """Exit status of apt-get, run silently in `folder`."""
    return subprocess.run([*_APT, *arguments], cwd=folder, capture_output=True, check=False).returncode


def _private_lists(folder: Path) -> list[str]:
    """Options that keep apt's package lists in `folder`, so that no root is needed."""
    for name in ("lists/partial", "cache/archives/partial"):
        (folder / "apt" / name).mkdir(parents=True, exist_ok=True)
    return ["-o", f"Dir::State::lists={folder}/apt/lists", "-o", f"Dir::Cache={folder}/apt/cache"]


def mirrors() -> list[str]:
    """Addresses of Debian mirrors: the one that is named, else those that apt is set up with."""
    if named := os.environ.get(MIRROR):
        return [named]
    try:
        command = ["apt-get", "indextargets", "--format", "$(REPO_URI)"]
        listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return []
    return [
        address for address in dict.fromkeys(listed.split()) if address.startswith(("http://", "https://"))
    ]


def fetch(mirror: str, archive: Archive, folder: Path) -> Path:
    """Download one known version; raise `ValueError` where it is not what is locked."""
    target = folder / f"{archive.sha256}.deb"
    address = f"{mirror.rstrip('/')}/{archive.path}"
    with urllib.request.urlopen(address, timeout=_SECONDS) as answer, target.open("wb") as file:
        shutil.copyfileobj(answer, file)
    if sha256_of(target) != archive.sha256:
        raise ValueError(f"{archive.path}: not the locked bytes")
    return target


def unpack(deb: Path, root: Path) -> Path:
    """Unpack a Debian package, by dpkg where it is and without it elsewhere; return `root`."""
    if shutil.which("dpkg-deb"):
        subprocess.run(["dpkg-deb", "-x", deb, root], check=True)
        return root
    name, content = _data_member(deb.read_bytes())
    if not name.startswith("data.tar.xz"):
        raise ValueError(f"{name}: cannot be read without dpkg")
    with tarfile.open(fileobj=io.BytesIO(lzma.decompress(content))) as archive:
        archive.extractall(root, filter="data")
    return root


def _data_member(content: bytes) -> tuple[str, bytes]:
    """The part of an ar archive that holds the files, with its name."""
    if not content.startswith(_AR_MAGIC):
        raise ValueError("no Debian package")
    at = len(_AR_MAGIC)
    while at + _AR_HEAD <= len(content):
        head = content[at : at + _AR_HEAD]
        name, size = head[:16].decode().strip().rstrip("/"), int(head[48:58])
        at += _AR_HEAD
        if name.startswith("data.tar"):
            return name, content[at : at + size]
        at += size + size % 2
    raise ValueError("a Debian package without files")


def from_pypi() -> Unpacked:
    """The faces of the package of PyPI, which is installed with the program."""
    spec = importlib.util.find_spec(PYPI.replace("-", "_"))
    if spec is None or spec.origin is None:
        raise FileNotFoundError(PYPI)
    return Unpacked(Path(spec.origin).parent, importlib.metadata.version(PYPI))


def read_locked(root: Path, recipe: Recipe) -> bytes:
    """The source file of a face; raise `ValueError` where it is not the locked one."""
    content = (root / recipe.file).read_bytes()
    if hashlib.sha256(content).hexdigest() != recipe.sha256:
        raise ValueError(f"{recipe.package}: {recipe.file} is not the locked file")
    return content


def install() -> None:
    """Install the faces unless a valid inventory says that they are there.

    Where substitutes are installed, Debian's packages are tried again.
    """
    target = folder()
    given = os.environ.get(GIVEN)
    if given and _is_valid(Path(given)) and not _is_valid(target):
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(given, target)
    if _is_valid(target):
        print(f"字体已安装：{target}")
        return
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="hanbin-fonts-") as temporary:
        recipes, roots = _gathered(Path(temporary))
        entries = [_install_face(recipe, roots[recipe.package], target) for recipe in recipes]
        for name, unpacked in roots.items():
            write_atomically(target / f"LICENCE-{name}.txt", _licence(name, unpacked.root))
    inventory = {
        "recipe_version": _RECIPE_VERSION,
        "faces": entries,
        "substitutes": SUBSTITUTES if recipes is FALLBACK else {},
    }
    text = json.dumps(inventory, ensure_ascii=False, indent=2)
    write_atomically(target / INVENTORY, text.encode())
    print(f"字体已安装：{len(entries)} 个，{target}")


def _gathered(work: Path) -> tuple[tuple[Recipe, ...], dict[str, Unpacked]]:
    """What is installed, and the packages with it: all faces, or the substitutes."""
    roots = {PYPI: from_pypi()}
    try:
        print(f"下载字体包 {'、'.join(LICENCES)}（各约 55 MB）…", flush=True)
        with ThreadPoolExecutor() as pool:  # apt and dpkg, which do the work, are processes of their own
            found = pool.map(lambda package: from_debian(package, STANDARD, work), LICENCES)
            roots |= dict(zip(LICENCES, found, strict=True))
    except UnavailableError as error:
        print(f"取不到 Debian 字体包（{error}），改用 PyPI 的思源字体。", file=sys.stderr)
        print("与标准版式的不同：仿宋、楷体、小标宋由思源宋体代替，黑体没有粗体。", file=sys.stderr)
        print(f"有 Debian 镜像的，设环境变量 {MIRROR} 为其地址，再运行 hanbin fonts。", file=sys.stderr)
        return FALLBACK, {PYPI: roots[PYPI]}
    return STANDARD, roots


def _is_valid(target: Path) -> bool:
    try:
        inventory = json.loads((target / INVENTORY).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return False
    if not isinstance(inventory, dict) or inventory.get("recipe_version") != _RECIPE_VERSION:
        return False
    if inventory.get("substitutes"):
        return False
    return all(
        (target / face["file"]).is_file() and sha256_of(target / face["file"]) == face["sha256"]
        for face in inventory["faces"]
    )


def _install_face(recipe: Recipe, unpacked: Unpacked, target: Path) -> dict[str, str]:
    content = _reduced(read_locked(unpacked.root, recipe), recipe)
    write_atomically(target / recipe.target, content)
    return {
        "file": recipe.target,
        "family": recipe.family,
        "weight": recipe.weight,
        "source": f"{recipe.package} {unpacked.version}",
        "licence": recipe.licence,
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def _reduced(source: bytes, recipe: Recipe) -> bytes:
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


def _renamed(content: bytes, recipe: Recipe) -> bytes:
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
    if package == PYPI:
        listed = importlib.metadata.files(PYPI) or []
        files = [Path(str(file.locate())) for file in listed if file.parent.name == "licenses"]
    else:
        files = [file for pattern in LICENCES[package] for file in sorted(root.glob(pattern))]
    return b"\n".join(gzip.decompress(f.read_bytes()) if f.suffix == ".gz" else f.read_bytes() for f in files)


if __name__ == "__main__":
    install()
