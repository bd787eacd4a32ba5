"""What is imported and collected stays to the end, so the garbage collector need not walk through it again and again; and no rule is
judged by how long it took.
"""

import gc

import hypothesis

gc.disable()
hypothesis.settings.register_profile("core", deadline=None)
hypothesis.settings.load_profile("core")


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()
