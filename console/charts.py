"""A series of numbers as SVG: plain bars, readable in print, in light and dark.

Every chart stands beside a table of the same numbers; the picture adds nothing a table lacks.
"""

import sys
from dataclasses import dataclass
from xml.etree.ElementTree import tostring

import pygal
from pygal.style import Style

# It puts itself into every later import of the process, to find plug-ins that we do not use, in a
# way that Python 3.11 warns of each time and 3.12 ignores.
sys.meta_path[:] = [
    found for found in sys.meta_path if not isinstance(found, pygal.PluginImportFixer)
]

LIGHT, DARK = "#0b5394", "#8cc0f5"
QUIET, QUIET_DARK = "#525c68", "#abb5bf"
BESIDE_BARS = "inline:.text-overlay text { text-anchor: start; }"
WITHOUT_LINES = "inline:.axis > .line, .axis > path.line { stroke: none; }"
IN_THE_DARK = f"""inline:
@media (prefers-color-scheme: dark) {{
  .reactive, .bar rect {{ fill: {DARK} !important; stroke: {DARK} !important; }}
  text {{ fill: {QUIET_DARK} !important; }}
}}
"""
STYLE = Style(
    background="transparent",
    plot_background="transparent",
    foreground=QUIET,
    foreground_strong=QUIET,
    foreground_subtle="#d8dde3",
    colors=(LIGHT,),
    opacity="1",
    opacity_hover="1",
    transition="0s",
    font_family="system-ui, sans-serif",
    label_font_size=15,
    major_label_font_size=15,
    value_font_size=15,
    value_colors=(QUIET,),
)
ROW = 34  # of the picture, for each bar that lies
HEIGHT, MARGIN = 280, 60
WIDE, NARROW = 560, 344  # for a desk and for a telephone: letters keep their size
A_NUMBER = 40  # behind the longest bar that lies
MOST_LABELS = 8  # under upright bars; more would touch


@dataclass(frozen=True, slots=True)
class Figure:
    """One question and its numbers. `unit` stands behind each number: "%", " min" or nothing."""

    name: str
    title: str
    column: str
    rows: tuple[tuple[str, float], ...]
    says: str = ""
    unit: str = ""
    upright: bool = False

    def stands(self, width: int) -> bool:
        """Whether its bars stand: under them, a telephone has no room for words."""
        return self.upright and width > NARROW

    def height(self, width: int) -> int:
        """Of its picture."""
        return HEIGHT if self.stands(width) else MARGIN + ROW * max(len(self.rows), 1)

    @property
    def any(self) -> bool:
        """Whether there is anything to see."""
        return any(value for _, value in self.rows)

    def shown(self, value: float) -> str:
        """One number as it is written."""
        return f"{value:g}{self.unit}"


def svg(figure: Figure, width: int = WIDE) -> bytes:
    """The chart."""
    stands = figure.stands(width)
    kind = pygal.Bar if stands else pygal.HorizontalBar
    rows = figure.rows if stands else tuple(reversed(figure.rows))
    chart = kind(
        style=STYLE,
        css=[
            "file://style.css",
            "file://graph.css",
            WITHOUT_LINES,
            *([] if stands else [BESIDE_BARS]),
            IN_THE_DARK,
        ],
        js=[],
        show_legend=False,
        print_values=True,
        print_zeroes=False,
        print_values_position="top",
        show_x_guides=False,
        show_y_labels=not stands,
        show_x_labels=stands,
        show_y_guides=False,
        width=width,
        height=figure.height(width),
        truncate_label=-1,
        x_labels_major_every=-(-len(rows) // MOST_LABELS) if stands else None,
        show_minor_x_labels=False,
        margin=8,
        margin_right=8 if stands else A_NUMBER,
        spacing=8,
        rounded_bars=2,
        value_formatter=lambda value: figure.shown(value or 0),
        no_prefix=True,
    )
    chart.x_labels = [label for label, _ in rows]
    chart.add(figure.title, [value for _, value in rows])
    drawn = chart.render_tree()
    for part in drawn.iter():
        for script in part.findall("script"):  # which the library writes even without any
            part.remove(script)
    picture: bytes = tostring(drawn, encoding="utf-8")
    return picture
