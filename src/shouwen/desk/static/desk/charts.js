// 图表: draws each figure from the data beside its table. Without the library the figure stays what it is: a sentence and a table.
const PAPER = 780;
const HALF = 360;
const ROW = 30;
const TALL = 220;
const TONES = { before: "var(--control)", soft: "var(--accent)" };
const WORDS = "var(--ink-2)";
const drawn = new Map();
const size = (name) => parseFloat(getComputedStyle(document.documentElement).fontSize) * name;

const inside = (tone) => (["before", "soft", "near"].includes(tone) ? "var(--ink)" : "var(--paper)");
const colour = (tone) => TONES[tone] ?? `var(--${tone})`;
const written = (form, value) => {
  if (value === null || value === undefined) return "–";
  if (form === "share") return `${value.toFixed(0)}%`;
  return form === "days" ? value.toFixed(1) : String(value);
};

// The period before is an outline, what is near its limit is hatched: nothing is told by colour alone.
function look(tone) {
  const plain = { color: colour(tone), borderColor: colour(tone), borderWidth: 1 };
  if (tone === "before") return { ...plain, color: "var(--paper)" };
  if (tone === "soft") return { ...plain, color: "var(--accent-soft)", borderColor: "var(--accent)" };
  return tone === "near" ? { ...plain, decal: { symbol: "rect", color: "var(--paper)", dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: 0.6 } } : plain;
}

// The highest bar or stack, for what a figure has room to say.
function highest(data) {
  const sums = data.categories.map((_, place) => data.series.map((each) => each.values[place] ?? 0));
  return Math.max(1, ...sums.map((values) => (data.stacked ? values.reduce((sum, value) => sum + value, 0) : Math.max(...values))));
}

function seriesOf(data, each, letters, length) {
  const most = highest(data);
  const fits = (value) => (value / most) * length > letters * (data.kind === "bars" ? 1.8 : 1.2);
  const line = data.kind === "line";
  const sums = data.stacked ? "total" : undefined;
  const many = data.kind === "columns" && data.categories.length * data.series.length > 26;
  return {
    name: each.title,
    type: line ? "line" : "bar",
    stack: sums,
    data: line ? each.values : each.values.map((value) => value || null),
    barMaxWidth: 18,
    barGap: "15%",
    barCategoryGap: "35%",
    symbol: each.tone === "before" ? "emptyCircle" : "circle",
    symbolSize: 7,
    connectNulls: false,
    lineStyle: { color: colour(each.tone), width: 2, type: each.tone === "before" ? "dashed" : "solid" },
    itemStyle: line ? { color: colour(each.tone) } : look(each.tone),
    emphasis: { disabled: true },
    cursor: each.links.some(Boolean) ? "pointer" : "default",
    label: {
      show: !many,
      position: data.stacked ? "inside" : data.kind === "bars" ? "right" : "top",
      color: data.stacked ? inside(each.tone) : WORDS,
      fontSize: letters,
      ...(data.stacked && each.tone === "near" ? { backgroundColor: "var(--paper)", padding: [0, 3] } : {}),
      formatter: ({ value }) => (line || (value && (!data.stacked || fits(value))) ? written(data.form, value) : ""),
    },
    labelLayout: { hideOverlap: true },
  };
}

function optionOf(data, width, letters, font) {
  const lying = data.kind === "bars";
  const room = Math.min(width * 0.34, letters * 12);
  const names = {
    type: "category",
    data: data.categories,
    inverse: lying,
    axisTick: { show: false },
    axisLine: { lineStyle: { color: "var(--line-strong)" } },
    axisLabel: lying
      ? { color: WORDS, fontSize: letters, width: room, overflow: "truncate", interval: 0 }
      : { color: WORDS, fontSize: letters, hideOverlap: true },
  };
  const values = {
    type: "value",
    minInterval: data.form === "count" ? 1 : undefined,
    max: data.form === "share" ? 100 : undefined,
    axisLabel: { show: !lying, color: WORDS, fontSize: letters },
    splitLine: { show: !lying, lineStyle: { color: "var(--line)" } },
  };
  const legend = data.series.length > 1;
  return {
    animation: false,
    textStyle: { fontFamily: font },
    grid: {
      left: lying ? room + letters : letters * 3.2,
      right: letters * 3.2,
      top: legend ? letters * 2.2 : letters * 1.4,
      bottom: lying ? 4 : letters * 2,
    },
    legend: legend
      ? { top: 0, right: 0, icon: "roundRect", itemWidth: letters, itemHeight: letters * 0.7, selectedMode: false, textStyle: { color: WORDS, fontSize: letters } }
      : undefined,
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      confine: true,
      axisPointer: { type: "none" },
      backgroundColor: "var(--paper)",
      borderColor: "var(--line-strong)",
      textStyle: { color: "var(--ink)", fontSize: letters },
      valueFormatter: (value) => written(data.form, value),
    },
    xAxis: lying ? values : names,
    yAxis: lying ? names : values,
    series: data.series.map((each) => seriesOf(data, each, letters, lying ? width - room - letters * 4.2 : size(TALL / 16) - letters * 4)),
  };
}

function heightOf(data, letters) {
  if (data.kind !== "bars") return size(TALL / 16);
  const bars = data.stacked ? 1 : data.series.length;
  const legend = data.series.length > 1 ? letters * 2.2 : letters * 1.4;
  return data.categories.length * size(ROW / 16) * (bars > 1 ? 1.35 : 1) + legend + 4;
}

// On paper a chart is drawn for its width there, and then fits its column exactly.
function scaled(place, width, height) {
  const svg = place.querySelector("svg");
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
}

async function draw(figure) {
  if (drawn.has(figure)) return;
  drawn.set(figure, null);
  const data = JSON.parse(figure.querySelector("script[type='application/json']").textContent);
  const place = figure.querySelector(".chart-drawing");
  let library;
  try {
    library = await import(figure.dataset.chart);
  } catch {
    const table = figure.querySelector("details");
    if (table) table.open = true;
    return;
  }
  const style = getComputedStyle(place);
  const letters = parseFloat(style.fontSize);
  const height = heightOf(data, letters);
  place.style.height = `${height}px`;
  const chart = library.init(place, null, { renderer: "svg", width: place.clientWidth, height });
  const show = (width = place.clientWidth) => {
    if (!width) return;
    chart.resize({ width, height });
    chart.setOption(optionOf(data, width, letters, style.fontFamily), true);
    scaled(place, width, height);
  };
  show();
  chart.on("click", ({ seriesIndex, dataIndex }) => {
    const address = data.series[seriesIndex]?.links[dataIndex];
    if (address) location.assign(address);
  });
  let width = place.clientWidth;
  const watching = new ResizeObserver(() => {
    if (place.clientWidth === width || matchMedia("print").matches) return;
    width = place.clientWidth;
    show();
  });
  watching.observe(place);
  drawn.set(figure, {
    show,
    end() {
      watching.disconnect();
      chart.dispose();
    },
  });
  figure.classList.add("chart-drawn");
}

function drawAll() {
  for (const [figure, chart] of drawn) {
    if (figure.isConnected) continue;
    chart?.end();
    drawn.delete(figure);
  }
  for (const figure of document.querySelectorAll("figure[data-chart]")) draw(figure);
}

drawAll();
document.addEventListener("htmx:afterSettle", drawAll);
addEventListener("beforeprint", () => {
  for (const [figure, chart] of drawn) chart?.show(figure.closest(".morning") ? HALF : PAPER);
});
addEventListener("afterprint", () => {
  for (const chart of drawn.values()) chart?.show();
});
