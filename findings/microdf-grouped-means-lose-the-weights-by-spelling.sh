#!/usr/bin/env bash
# microdf 1.5.12 carries survey weights inside the table ("all aggregations automatically use weights"). Whether a mean by
# group does depends on how it is spelt.
#
# Four households of a survey, the last of which stands for five. groupby("town").agg("mean"), ["income"].mean(),
# ["income"].agg(["mean"]) and pivot_table give the weighted mean 3833 of town 乙. The two spellings of pandas for several
# columns at once, agg({"income": "mean"}) and agg(m=("income", "mean")), give 3500, as if nobody stood for anybody, without
# a word; without groupby the same dictionary is weighted. value_counts(normalize=True) is a share of rows as well.
#
# Seen: town 乙 3833 by agg("mean"), column and pivot_table; 3500 by agg of a dictionary and by named aggregation
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --no-compile --disable-pip-version-check \
    microdf-python==1.5.12 numpy==2.4.6 pandas==2.3.3
cd "$work"
env/bin/python -W error::UserWarning - << 'PYTHON' | tee seen
import microdf

survey = microdf.MicroDataFrame(
    {"town": ["甲", "甲", "乙", "乙"], "income": [1000, 2000, 3000, 4000]}, weights=[1, 1, 1, 5]
)
towns = survey.groupby("town")
print("agg(text)", int(towns.agg("mean").loc["乙", "income"]))
print("column", int(towns["income"].mean()["乙"]))
print("column agg", int(towns["income"].agg(["mean"]).loc["乙", "mean"]))
print("pivot_table", int(survey.pivot_table(index="town", values="income", aggfunc="mean").loc["乙", "income"]))
print("agg(dictionary)", int(towns.agg({"income": "mean"}).loc["乙", "income"]))
print("agg(named)", int(towns.agg(m=("income", "mean")).loc["乙", "m"]))
print("ungrouped", int(survey.agg({"income": "mean"})["income"]), int(survey["income"].mean()))
print("share of 4000", survey["income"].value_counts(normalize=True).loc[4000])
PYTHON
diff seen - << 'SEEN'
agg(text) 3833
column 3833
column agg 3833
pivot_table 3833
agg(dictionary) 3500
agg(named) 3500
ungrouped 3250 3250
share of 4000 0.25
SEEN
