"""What stands in the way of a start, said to the person who can remove it."""

from shouwen.core.text import Text


class Trouble(RuntimeError):
    """故障: something around the program is not as it must be. The sentence says what, and what to do."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh}\n{en}")
        self.text = Text(zh, en)
