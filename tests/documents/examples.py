"""The Python blocks of a document as files: each begins with a comment that names its own."""

import re
from pathlib import Path

from tests.documents.blocks import blocks

NAMED = re.compile(r"# ([\w/]+\.py)\n")


def write_examples(document: str, folder: Path) -> list[Path]:
    """The files that were written, in the document's order."""
    written = []
    for block in blocks(document):
        if block.language == "python":
            named = NAMED.match(block.text)
            assert named, f"{document}: a Python block begins with a comment that names its file"
            file = folder / named[1]
            assert not file.exists(), f"{document}: two blocks are called {named[1]}"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.text)
            written.append(file)
    return written
