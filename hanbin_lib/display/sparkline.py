"""A line of the last months' values, as small as a word."""

import math

_WIDTH, _HEIGHT, _MARGIN = 66.0, 22.0, 3.0


def sparkline(values: tuple[float, ...], colour: str) -> str:
    """SVG of the values (points; NaN leaves a gap), empty with fewer than two of them."""
    known = [value for value in values if not math.isnan(value)]
    if len(known) < 2:
        return ""
    low, high = min(known), max(known)
    span = (high - low) or 1.0
    step = (_WIDTH - 2 * _MARGIN) / (len(values) - 1)
    points = [
        (
            _MARGIN + n * step,
            _HEIGHT / 2 if high == low else _HEIGHT - _MARGIN - (v - low) / span * (_HEIGHT - 2 * _MARGIN),
        )
        for n, v in enumerate(values)
        if not math.isnan(v)
    ]
    line = " ".join(f"{x:.2f},{y:.2f}" for x, y in points)
    x, y = points[-1]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:g} {_HEIGHT:g}" '
        f'width="{_WIDTH:g}" height="{_HEIGHT:g}"><polyline points="{line}" fill="none" '
        f'stroke="#767676" stroke-width="1"/><circle cx="{x:.2f}" cy="{y:.2f}" r="2.2" '
        f'fill="{colour}"/></svg>'
    )
