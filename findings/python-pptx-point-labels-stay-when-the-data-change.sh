#!/usr/bin/env bash
# python-pptx 1.0.2: chart.replace_data, by which last month's slides are given this month's figures, keeps the label and
# the colour of a single point at its place in the row, whatever stands there now.
#
# Of 甲, 乙, 丙 the second bar was red and labelled "乙最高". The new data are sorted otherwise: the same label and colour
# stand on 丙. Categories that were given as dates come back as serial numbers, as text.
#
# Seen: after replace_data the label 乙最高 is on 丙; categories of 31 August 2022: 44804.0
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --no-compile --disable-pip-version-check python-pptx==1.0.2
cd "$work"
env/bin/python -W error::UserWarning - << 'PYTHON' | tee seen
import datetime

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches


def data(categories, *series):
    made = CategoryChartData()
    made.categories = categories
    for name, values in series:
        made.add_series(name, values)
    return made


deck = Presentation()
shapes = deck.slides.add_slide(deck.slide_layouts[6]).shapes


def chart(of):
    return shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, 0, 0, Inches(5), Inches(3), of).chart


def labelled(of):
    series = of.plots[0].series[0]
    names = list(of.plots[0].categories)
    marks = series._element.xpath("c:dLbls/c:dLbl/c:idx/@val"), series._element.xpath("c:dPt/c:idx/@val")
    return [names[int(place)] for found in marks for place in found], series.points[1].data_label.text_frame.text


drawn = chart(data(["甲", "乙", "丙"], ("户", [1, 3, 2])))
highest = drawn.plots[0].series[0].points[1]
highest.format.fill.solid()
highest.format.fill.fore_color.rgb = RGBColor(255, 0, 0)
highest.data_label.text_frame.text = "乙最高"
print(labelled(drawn))
drawn.replace_data(data(["乙", "丙", "甲"], ("户", [3, 2, 1])))
print(labelled(drawn))
print(list(chart(data([datetime.date(2022, 8, 31)], ("户", [1]))).plots[0].categories))
PYTHON
diff seen - << 'SEEN'
(['乙', '乙'], '乙最高')
(['丙', '丙'], '乙最高')
['44804.0']
SEEN
