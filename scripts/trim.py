"""Take out of an environment what no command of hanbin opens: a quarter of its size.

Other packages' own tests, headers for compilers, drivers of services that are not used, texts of
languages that nobody here reads. Everything can be had back by ``pip install --force-reinstall``.
"""

import shutil
import sysconfig
from pathlib import Path

# Below site-packages. Of the tests only those of big packages whose other code imports none of them.
LEFT_OUT = (
    *(f"{package}/**/tests" for package in ("matplotlib", "mpl_toolkits", "numpy", "pandas", "pyarrow")),
    *(f"{package}/**/tests" for package in ("scipy", "statsmodels")),
    "numpy/**/include",
    "pyarrow/include",
    "pyarrow/*arrow_flight*",
    "pyarrow/_flight*",
    "pyarrow/*arrow_s3*",
    "pyarrow/_s3fs*",
    "debugpy/**/*.c",
    "fontTools/**/*.c",
    "jedi/third_party/django-stubs",
    "jedi/third_party/typeshed/third_party",
    "jupyterlab/galata",
    "matplotlib/mpl-data/sample_data",
    "statsmodels/datasets/*/*.csv",
    "**/*.js.map",
    "babel/locale-data/[a-df-y]*.dat",  # English and Chinese stay
)


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


if __name__ == "__main__":
    print(f"省去用不到的文件 {trim(Path(sysconfig.get_path('purelib'))) / 1e6:.0f} MB")
