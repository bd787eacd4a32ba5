"""`{% chart figure %}`: a chart with its sentence and table. The library comes with the set-up, or not at all: then the table is open."""

from pathlib import Path

from django import template
from django.templatetags.static import static

from shouwen.desk.charts.chart import Chart

register = template.Library()
LIBRARY = Path(__file__).parent.parent / "static" / "desk" / "charts" / "echarts.js"


@register.inclusion_tag("desk/charts/figure.html")
def chart(figure: Chart, table: str = "folded") -> dict[str, object]:
    """图表. `table`: folded below the drawing, or `none` where the page is for looking at from afar."""
    library = library_address()
    return {"chart": figure, "library": library, "table": "open" if table == "folded" and not library else table}


def library_address() -> str:
    """Where ECharts is; empty where the set-up left it out (`make charts` fetches it)."""
    if not LIBRARY.is_file():
        return ""
    try:
        return static("desk/charts/echarts.js")
    except ValueError:  # it came after the static files were gathered: from the next start on
        return ""
