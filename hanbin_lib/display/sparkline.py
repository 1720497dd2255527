"""A line of the last months' values, as small as a word."""

import math

_WIDTH, _HEIGHT, _MARGIN = 66.0, 22.0, 3.0


def sparkline(values: tuple[float | None, ...], colour: str) -> str:
    """SVG of the values (points; NaN or None leaves a gap), empty with fewer than two."""
    shown = [(n, value) for n, value in enumerate(values) if value is not None and not math.isnan(value)]
    known = [value for _, value in shown]
    if len(known) < 2:
        return ""
    low, high = min(known), max(known)
    span = (high - low) or 1.0
    step = (_WIDTH - 2 * _MARGIN) / (len(values) - 1)
    places = {
        n: (
            _MARGIN + n * step,
            _HEIGHT / 2 if high == low else _HEIGHT - _MARGIN - (v - low) / span * (_HEIGHT - 2 * _MARGIN),
        )
        for n, v in shown
    }
    # A line begins anew after a gap; a value alone between two gaps is a round dot.
    line = " ".join(
        f"L{x:.2f},{y:.2f}" if n - 1 in places else f"M{x:.2f},{y:.2f} h0" for n, (x, y) in places.items()
    )
    end = places.get(len(values) - 1)
    dot = f'<circle cx="{end[0]:.2f}" cy="{end[1]:.2f}" r="2.2" fill="{colour}"/>' if end else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:g} {_HEIGHT:g}" '
        f'width="{_WIDTH:g}" height="{_HEIGHT:g}"><path d="{line}" fill="none" '
        f'stroke="#767676" stroke-width="1" stroke-linecap="round"/>{dot}</svg>'
    )
