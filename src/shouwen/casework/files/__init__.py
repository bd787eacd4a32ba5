"""附件: what a complaint may take, how it is searched for malware, where it is kept, who opened it."""

from shouwen.casework.files.attaching import attach, open_file, read
from shouwen.casework.files.checks import (
    KINDS,
    MOST_BYTES,
    MOST_FILES,
    CheckedFile,
    checked,
    digest_of,
    safe_name,
)
from shouwen.casework.files.malware import require_clean

__all__ = [
    "KINDS",
    "MOST_BYTES",
    "MOST_FILES",
    "CheckedFile",
    "attach",
    "checked",
    "digest_of",
    "open_file",
    "read",
    "require_clean",
    "safe_name",
]
