"""Every chart of the house with made-up numbers: to see the style as a whole, and to keep it.

The numbers are samples (样例): each chart's stand beside it as ``sample_NAME``, chosen so that it shows what
it can: long and short labels, an outlier, an interval, zero.
"""

import sys
from collections.abc import Callable
from dataclasses import replace

from hanbin_lib import charts
from hanbin_lib.charts.vision import Vision, as_seen
from hanbin_lib.display import Chart

SOURCE = "来源：样例，不是任何地方的数据；截至2022年9月30日"


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
    """
    return as_seen(replace(EXAMPLES[name](), source=SOURCE), vision)
