"""图表: a figure with its sentence and its table, drawn by ECharts where that is installed."""
