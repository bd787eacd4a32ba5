"""批量导入: files of complaints, row by row through the same core as everything else (mission A1; docs/import.md)."""
