"""Which typefaces there are, where each comes from, and the hashes that lock them.

The bytes of every source are locked, so that the page is the same on every distribution, and a new
version of a distribution's package changes no published month. FandolFang (仿宋), FandolKai (楷体) and
FandolSong Bold (stand-in for 小标宋) have been the same files since 2014, and so has Noto Sans 2.004 since
2021: whatever version of its package a distribution has, its files pass. Noto Serif differs from one
distribution to the next and comes from a package of PyPI, which the lock holds.
"""

from dataclasses import dataclass

PYPI = "pylopdf-fonts-zh-cn"
_NOTO = "fonts-noto-cjk"
_TEX = "texlive-lang-chinese"
_FANDOL = "usr/share/texlive/texmf-dist/fonts/opentype/public/fandol"
_OPENTYPE = "usr/share/fonts/opentype/noto"
_FANDOL_LICENCE = "GPL-3.0-or-later WITH Font-exception-2.0"


@dataclass(frozen=True, slots=True)
class Recipe:
    """One face to install: from which package and file, its locked bytes, and its names.

    Parameters
    ----------
    package, file, index
        The package, the file in it, and the face of a collection.
    sha256
        Hash of that file.
    target, family, weight
        Name of the installed file, and how Typst, matplotlib and CSS name the face.
    licence
        SPDX expression.
    """

    package: str
    file: str
    index: int
    sha256: str
    target: str
    family: str
    weight: str
    licence: str


@dataclass(frozen=True, slots=True)
class Archive:
    """A version of a Debian package as every Debian mirror has it.

    Parameters
    ----------
    path
        Below the mirror's address.
    version, sha256
        Of the package.
    """

    path: str
    version: str
    sha256: str


_SERIF = Recipe(PYPI, "NotoSerifSC-Regular.otf", 0, "e8f396decc1f0963a016a989c3d8852e863d1350996f573860a80767c83a1cd3", "NotoSerifSC-Regular.otf", "Noto Serif SC", "regular", "OFL-1.1")  # fmt: skip
STANDARD: tuple[Recipe, ...] = (
    Recipe(_TEX, f"{_FANDOL}/FandolFang-Regular.otf", 0, "d838ad32ce2244d8144f408c37fe71065aba6fbbc80759a4d2aa2033948d5bc9", "FandolFang-Regular.otf", "FandolFang R", "regular", _FANDOL_LICENCE),
    Recipe(_TEX, f"{_FANDOL}/FandolKai-Regular.otf", 0, "ea7e7fb4f9b3ac694a68d43946e04d21deed6e8c29a7c2d3081e1a4138f2f827", "FandolKai-Regular.otf", "FandolKai", "regular", _FANDOL_LICENCE),
    Recipe(_TEX, f"{_FANDOL}/FandolSong-Bold.otf", 0, "ffa76a70e128947a4dd22151d5ee829b23e24ce3cb6fe8ad49891cd1c2d9e9b9", "FandolSong-Bold.otf", "FandolSong", "bold", _FANDOL_LICENCE),
    Recipe(_NOTO, f"{_OPENTYPE}/NotoSansCJK-Regular.ttc", 2, "b76b0433203017ca80401b2ee0dd69350349871c4b19d504c34dbdd80541690a", "NotoSansSC-Regular.otf", "Noto Sans SC", "regular", "OFL-1.1"),
    Recipe(_NOTO, f"{_OPENTYPE}/NotoSansCJK-Bold.ttc", 2, "faa5f3656a78b2e2d450d27fe8382c778bc2b6bb5ea29c986664a6a435056ceb", "NotoSansSC-Bold.otf", "Noto Sans SC", "bold", "OFL-1.1"),
    _SERIF,
)  # fmt: skip
# Where no Debian package is to be had: everything from the package of PyPI.
FALLBACK: tuple[Recipe, ...] = (
    Recipe(PYPI, "NotoSansSC-Regular.otf", 0, "faa6c9df652116dde789d351359f3d7e5d2285a2b2a1f04a2d7244df706d5ea9", "NotoSansSC-Regular.otf", "Noto Sans SC", "regular", "OFL-1.1"),
    _SERIF,
)  # fmt: skip
SUBSTITUTES = {r.family: "Noto Serif SC" for r in STANDARD if r.family not in {f.family for f in FALLBACK}}

# Versions known to hold the locked files, newest first, and the texts of their licences.
ARCHIVES: dict[str, tuple[Archive, ...]] = {
    _TEX: (
        Archive("pool/main/t/texlive-lang/texlive-lang-chinese_2024.20250309-1_all.deb", "2024.20250309-1", "583cd26483b79d32191a8d0a198e80546415d6eca4f23a4bedd253ebdb661291"),
        Archive("pool/main/t/texlive-lang/texlive-lang-chinese_2022.20230122-1_all.deb", "2022.20230122-1", "9cfa07bd44e7b9098e26f0ecac1b5ad210d2249d474c8074d53de92d650b0ec0"),
    ),
    _NOTO: (
        Archive("pool/main/f/fonts-noto-cjk/fonts-noto-cjk_20240730+repack1-1_all.deb", "1:20240730+repack1-1", "f5dc28a754e17327d99f0a612134d92c8dd6187314ae967cb77f25df60860139"),
        Archive("pool/main/f/fonts-noto-cjk/fonts-noto-cjk_20220127+repack1-1_all.deb", "1:20220127+repack1-1", "4a2515eb6db3978b897fef9709ed0d2b1f4c6c4df4d83d6c4ef65f71f1b1f502"),
    ),
}  # fmt: skip
LICENCES = {
    _TEX: (f"usr/share/doc/{_TEX}/copyright", "usr/share/doc/texlive-doc/fonts/fandol/*"),
    _NOTO: (f"usr/share/doc/{_NOTO}/copyright",),
}
