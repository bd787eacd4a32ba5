"""`{% chart figure %}`: a chart with its sentence and table. The library comes with the set-up, or not at all: then the table is open."""

from pathlib import Path

from django import template
from django.templatetags.static import static

from shouwen.desk.charts.chart import Chart

register = template.Library()
LIBRARY = Path(__file__).parent.parent / "static" / "desk" / "charts" / "echarts.js"


@register.inclusion_tag("desk/charts/figure.html")
def chart(figure: Chart, *, linked: bool = True) -> dict[str, object]:
    """图表, its table folded below the drawing; not `linked` on a page for looking at from afar, which leads nowhere."""
    return {"chart": figure, "data": figure.data(linked=linked), "library": library_address(), "linked": linked}


def library_address() -> str:
    """Where ECharts is; empty where the set-up left it out (`make charts` fetches it)."""
    if not LIBRARY.is_file():
        return ""
    try:
        return static("desk/charts/echarts.js")
    except ValueError:  # it came after the static files were gathered: from the next start on
        return ""
