"""印刷: pages drawn by typst from data, for the letters and the reports."""
