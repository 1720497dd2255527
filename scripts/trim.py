"""Take out of an environment what no command of hanbin opens: a quarter of its size.

Other packages' own tests, sources and headers for compilers, drivers of services that are not used, texts of
languages that nobody here reads. What is there twice, as JupyterLab's pages and Arrow's libraries are, stands
on the disk once. Everything can be had back by ``pip install --force-reinstall``.
"""

import os
import shutil
import sys
import sysconfig
from collections import defaultdict
from collections.abc import Iterator
from hashlib import file_digest
from pathlib import Path

# Below site-packages. Of the tests only those of big packages whose other code imports none of them.
LEFT_OUT = (
    *(f"{package}/**/tests" for package in ("matplotlib", "mpl_toolkits", "numpy", "pandas", "pyarrow")),
    *(f"{package}/**/tests" for package in ("scipy", "statsmodels")),
    "numpy/**/include",
    "pyarrow/include",
    "pyarrow/*arrow_*flight*",
    "pyarrow/_flight*",
    "pyarrow/*arrow_s3*",
    "pyarrow/_s3fs*",
    "pyarrow/_pyarrow_cpp_tests*",
    "debugpy/_vendored/pydevd/pydevd_attach_to_process/winappdbg",
    "debugpy/**/*.c",
    "fontTools/**/*.c",
    "*/**/*.[ah]",
    "*/**/*.px[di]",
    "*/**/*.pyx",  # .pyi stays: completion reads it
    "jedi/third_party/django-stubs/*",
    "jedi/third_party/typeshed/stubs/*",  # of packages that are not installed; the standard library's stay
    "jupyterlab/galata",
    "matplotlib/mpl-data/sample_data",
    "statsmodels/datasets/**/*.csv",
    "**/*.js.map",
    "babel/locale-data/[a-df-y]*.dat",  # English and Chinese stay
)
WORTH_LINKING = 50_000  # bytes: smaller files would save nothing worth their number


def trim(packages: Path) -> int:
    """Remove what is left out below `packages`; return how many bytes that were."""
    freed = 0
    for pattern in LEFT_OUT:
        for path in list(packages.glob(pattern)):
            if path.is_dir():
                freed += sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
                shutil.rmtree(path)
            elif path.is_file():
                freed += path.stat().st_size
                path.unlink()
    return freed


def link(environment: Path) -> int:
    """Make one file of those below `environment` with the same content; return how many bytes that saves.

    Where the file system has no hard links, they stay as they are.
    """
    saved = 0
    for first, *others in _same(environment):
        for other in others:
            beside = other.with_name(f"{other.name}.linked")
            try:
                os.link(first, beside)
            except OSError:
                return saved
            beside.replace(other)
            saved += first.stat().st_size
    return saved


def _same(environment: Path) -> Iterator[list[Path]]:
    """Groups of big files with equal content that are not one file already."""
    of_size: defaultdict[int, dict[tuple[int, int], Path]] = defaultdict(dict)
    for path in sorted(environment.rglob("*")):
        state = path.lstat()
        if path.is_file() and not path.is_symlink() and state.st_size >= WORTH_LINKING:
            of_size[state.st_size].setdefault((state.st_dev, state.st_ino), path)
    for files in of_size.values():
        if len(files) > 1:
            equal: defaultdict[bytes, list[Path]] = defaultdict(list)
            for path in files.values():
                with path.open("rb") as file:
                    equal[file_digest(file, "sha256").digest()].append(path)
            yield from (group for group in equal.values() if len(group) > 1)


if __name__ == "__main__":
    freed = trim(Path(sysconfig.get_path("purelib"))) + trim(Path(sys.prefix) / "share" / "jupyter")
    print(f"省去用不到的文件 {(freed + link(Path(sys.prefix))) / 1e6:.0f} MB")
