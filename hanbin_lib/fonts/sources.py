"""Getting the packages that hold typefaces: from apt, from a Debian mirror, from PyPI; all by hash.

apt brings whatever version its distribution has, with the proxies and mirrors it is set up for. Where
there is none, or where it brings other files than the locked ones, a known version is fetched from a
mirror: the one that ``HANBIN_DEBIAN_MIRROR`` names, or those of apt. No root is needed.
"""

import hashlib
import http.client
import importlib.metadata
import importlib.util
import io
import lzma
import os
import shutil
import subprocess
import tarfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from hanbin_lib.files import sha256_of
from hanbin_lib.fonts.recipes import ARCHIVES, PYPI, Archive, Recipe

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
    told: list[str] = []
    for found in _candidates(package, work / package, told):
        if all(_is_locked(found.root / recipe.file, recipe) for recipe in wanted):
            return found
        told.append(f"{found.version} 的文件与锁定的不同")
    raise UnavailableError("；".join(told) or "没有 apt，也没有指定镜像")


def _is_locked(file: Path, recipe: Recipe) -> bool:
    return file.is_file() and sha256_of(file) == recipe.sha256


def _candidates(package: str, folder: Path, told: list[str]) -> Iterator[Unpacked]:
    """Unpacked versions, one after the other; what failed is added to `told`."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        deb = _by_apt(package, folder)
        yield Unpacked(unpack(deb, folder / "apt-root"), deb.name.split("_")[1].replace("%3a", ":"))
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        told.append(f"apt：{type(error).__name__}")
    for mirror in mirrors():
        for archive in ARCHIVES[package]:
            try:
                deb = fetch(mirror, archive, folder)
                yield Unpacked(unpack(deb, folder / archive.sha256), archive.version)
            except (OSError, ValueError, http.client.HTTPException) as error:
                told.append(f"镜像：{type(error).__name__}")


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
    return [one for one in dict.fromkeys(listed.split()) if one.startswith(("http://", "https://"))]


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
