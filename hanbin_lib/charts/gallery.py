"""Every chart of the house with made-up numbers, as anyone may see it: to see the style, and to keep it.

The numbers are samples (样例): each chart's stand beside it as ``sample_NAME``, chosen so that it shows what
it can: long and short labels, an outlier, an interval, zero.

Colours are turned by the matrices of Machado, Oliveira and Fernandes (2009, IEEE TVCG 15(6), table for
severity 1.0), on linear light; grey keeps the relative luminance (IEC 61966-2-1).
"""

import re
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Literal, get_args

import numpy as np

from hanbin_lib import charts
from hanbin_lib.display import Chart
from hanbin_lib.errors import refused_params

SOURCE = "来源：样例，不是任何地方的数据；截至2022年9月30日"
Vision = Literal["normal", "deuteranopia", "protanopia", "grey"]
VISIONS: tuple[Vision, ...] = get_args(Vision)
_HEX = re.compile(r"#[0-9A-Fa-f]{6}\b")
_LUMINANCE = (0.2126, 0.7152, 0.0722)
_MATRICES: dict[str, np.ndarray] = {
    "normal": np.eye(3),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "grey": np.array([_LUMINANCE] * 3),
}


def _samples() -> dict[str, Callable[[], Chart]]:
    """The sample of every chart that the package exports, by the chart's name."""
    functions = [getattr(charts, name) for name in charts.__all__ if name.islower()]
    return {one.__name__: getattr(sys.modules[one.__module__], f"sample_{one.__name__}") for one in functions}


EXAMPLES = _samples()


def example(name: str, vision: Vision = "normal") -> Chart:
    """One chart with sample numbers, as it is seen with full colour vision, without, or in grey.

    Parameters
    ----------
    name
        Name of the chart's function.

    Raises
    ------
    KeyError
        No chart of that name.
    HanbinError
        ``HB-PAR-002`` no such eyes.
    """
    if vision not in VISIONS:
        raise refused_params("HB-PAR-002", f"vision 应为 {'、'.join(VISIONS)} 之一", "改正笔记本的参数")
    return as_seen(replace(EXAMPLES[name](), source=SOURCE), vision)


def seen(colour: str, vision: Vision) -> str:
    """A colour (``#RRGGBB``) as it is seen."""
    linear = np.clip(_MATRICES[vision] @ linear_light(colour), 0, 1)
    parts = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return "#" + "".join(f"{round(255 * float(part)):02x}" for part in parts)


def as_seen(chart: Chart, vision: Vision) -> Chart:
    """The chart with every colour of its drawing as it is seen."""
    svg, narrow = (_HEX.sub(lambda found: seen(found[0], vision), one) for one in (chart.svg, chart.narrow))
    return replace(chart, svg=svg, narrow=narrow)


def linear_light(colour: str) -> np.ndarray:
    """Red, green and blue of a colour, 0 to 1 in linear light."""
    parts = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
