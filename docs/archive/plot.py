"""Draws how often the commonest slips were printed, by year.

    python plot.py ANSWERS PICTURE.svg

ANSWERS is a pattern of files with the answers of `zhubi check --jsonl-in`. The tables that the picture is made of are
written to files beside it, as CSV.
"""

import pathlib
import sys
import warnings

import duckdb
import matplotlib

matplotlib.use("agg")
import matplotlib.pyplot as plt

SHOWN = 8

# The text of the picture stays text, so the browser's fonts show it; those of matplotlib have no Chinese characters.
plt.rcParams["svg.fonttype"] = "none"
warnings.filterwarnings("ignore", message="Glyph .* missing from")

answers, picture = sys.argv[1], pathlib.Path(sys.argv[2])
db = duckdb.connect()
db.execute(f"SET VARIABLE answers = '{answers.replace(chr(39), chr(39) * 2)}'")
db.execute(pathlib.Path(__file__).with_name("tables.sql").read_text(encoding="utf-8"))
for table in ["years", "failures", "slips", "most"]:
    db.table(table).write_csv(str(picture.with_name(f"{table}.csv")))

years = [year for (year,) in db.sql("SELECT year FROM years WHERE year IS NOT NULL ORDER BY year").fetchall()]
rules = db.sql(f"SELECT rule FROM slips GROUP BY rule ORDER BY sum(slips) DESC, rule LIMIT {SHOWN}").fetchall()
figure, axes = plt.subplots(figsize=(9, 5), layout="constrained")
for (rule,) in rules:
    rates = dict(db.execute("SELECT year, rate FROM slips WHERE rule = ?", [rule]).fetchall())
    axes.plot(years, [rates.get(year, 0) for year in years], marker=".", label=rule)
axes.set_ylabel("每十万字处数")
axes.set_ylim(bottom=0)
axes.legend(fontsize="small")
axes.grid(alpha=0.3)
figure.savefig(picture)
