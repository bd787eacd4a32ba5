"""统计: classified statistics of a unit and a period, on the page and as a workbook."""
