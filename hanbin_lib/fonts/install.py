"""Installing the typefaces into the environment, without root: ``hanbin fonts``.

What each face is made from stands in `recipes`, how it is got in `sources`. Where Debian's packages
are not to be had, the Noto faces of a package of PyPI serve for everything, and what will look
different is said.
"""

import gzip
import hashlib
import importlib.metadata
import io
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

import uharfbuzz
from fontTools.ttLib import TTFont

from hanbin_lib.files import sha256_of, write_atomically
from hanbin_lib.fonts import INVENTORY, folder
from hanbin_lib.fonts.recipes import FALLBACK, LICENCES, PYPI, STANDARD, SUBSTITUTES, Recipe
from hanbin_lib.fonts.sources import MIRROR, UnavailableError, Unpacked, from_debian, from_pypi, read_locked

GIVEN = "HANBIN_FONTS"  # environment: folder with faces that were installed elsewhere (the offline bundle)
_RECIPE_VERSION = 5
# Hangul and its compatibility forms are not needed; all Han blocks are kept, for the names
# of persons and villages reach into Extension A and beyond.
_LEFT_OUT = ((0x1100, 0x11FF), (0x3130, 0x318F), (0xA960, 0xA97F), (0xAC00, 0xD7FF), (0xFFA0, 0xFFDC))


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
        for package in LICENCES:
            print(f"下载字体包 {package}（约 55 MB）…", flush=True)
            roots[package] = from_debian(package, STANDARD, work)
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
