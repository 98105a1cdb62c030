"""The private words that the field's own replaced are gone, but for CHANGELOG.md, which tells of
them."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.documents.blocks import ROOT

FOLDERS = ("domain", "application", "adapters", "entrypoints", "tests", "docs", ".ci")
EXEMPT = {"CHANGELOG.md", "tests/documents/test_words.py"}
MIGRATIONS = "adapters/storage/migrations/"
"""What was once applied keeps its words."""

IDENTIFIERS = {
    "Begun",
    "BookUnavailableError",
    "Conclusion",
    "Deliveries",
    "Door",
    "Inbox",
    "Intake",
    "KnownMeetings",
    "Numbered",
    "PushSeat",
    "Repeatable",
    "Steps",
    "USUAL",
    "Unasked",
    "Whereabouts",
    "let_go",
    "receipts",
    "whereabouts",
}
ATTRIBUTES = {"dice", "ids", "naps", "ticks"}
TEXTS = re.compile(
    r"adapters/book|book-unavailable|no-book|settings\S*\.asked|bodies\.mark\b|gate\.guarded"
    r"|/operations/inbox/seats|whereabouts|book",
    re.IGNORECASE,
)
RECEIPTS = re.compile(r"\breceipts?\b", re.IGNORECASE)
FILES = {"either.py", "marking.py"}
ONCE_AT_MOST = {"class Known", "keys.py"}


def leftovers(root: Path) -> list[str]:
    """Where an old word is left in the files of this repository, or of a folder like it."""
    found: list[str] = []
    seen: dict[str, list[str]] = {}
    for path in files(root):
        name = path.relative_to(root).as_posix()
        words = set(in_file(name, path.read_text()))
        for word in words & ONCE_AT_MOST:
            seen.setdefault(word, []).append(name)
        found += [f"{name}: {word}" for word in words - ONCE_AT_MOST]
    for word, names in seen.items():
        found += [f"{name}: {word}" for name in names if len(names) > 1]
    return sorted(found)


def files(root: Path) -> list[Path]:
    """Those that belong to it: what is made, and the locks, are no words of ours."""
    inside = (path for folder in FOLDERS for path in (root / folder).rglob("*"))
    return [
        path
        for path in (*root.iterdir(), *inside)
        if path.is_file()
        and "__pycache__" not in path.parts
        and not path.name.startswith(".env")
        and path.suffix not in {".ico", ".png", ".webp"}
        and path.relative_to(root).as_posix() not in EXEMPT
    ]


def in_file(name: str, text: str) -> Iterator[str]:
    """The old words in a file and its name; those that may stand once are among them."""
    base = name.rpartition("/")[2]
    if base in FILES | {"keys.py"}:
        yield base
    yield from (match[0] for match in TEXTS.finditer(f"{name}\n{text}"))
    if not name.startswith(MIGRATIONS):
        yield from (match[0] for match in RECEIPTS.finditer(text))
    if name.endswith(".py"):
        for node in ast.walk(ast.parse(text)):
            yield from IDENTIFIERS.intersection(identifiers(node))
            if isinstance(node, ast.Attribute) and node.attr in ATTRIBUTES:
                yield f".{node.attr}"
            if isinstance(node, ast.ClassDef) and node.name == "Known":
                yield "class Known"


def identifiers(node: ast.AST) -> Iterator[str]:
    """Every name that a node gives or uses."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
            yield name
        case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            yield name
        case ast.keyword(arg=str(name)) | ast.ExceptHandler(name=str(name)):
            yield name
        case ast.alias(name=name, asname=other):
            yield from (*name.split("."), other or "")
        case _:
            pass


def test_no_old_word_is_left() -> None:
    assert len(files(ROOT)) > 300
    assert leftovers(ROOT) == []


@pytest.mark.parametrize(
    ("planted", "told"),
    [
        ({"adapters/book/postgres.py": ""}, ["adapters/book/postgres.py: adapters/book"]),
        ({"README.md": "The book is closed."}, ["README.md: book"]),
        ({"domain/errors.py": "slug = 'book-unavailable'"}, ["domain/errors.py: book-unavailable"]),
        ({"docs/a.md": "`GET /operations/inbox/seats`"}, ["docs/a.md: /operations/inbox/seats"]),
        ({"domain/a.py": "class Deliveries: ..."}, ["domain/a.py: Deliveries"]),
        ({"domain/a.py": "from b import Inbox as I"}, ["domain/a.py: Inbox"]),
        ({"domain/a.py": "def f(receipts): ..."}, ["domain/a.py: receipts"]),
        ({"domain/a.py": "f(let_go=1)"}, ["domain/a.py: let_go"]),
        ({"domain/a.py": "self.let_go()"}, ["domain/a.py: let_go"]),
        ({"domain/a.py": "container.naps()"}, ["domain/a.py: .naps"]),
        ({"domain/a.py": "settings().asked"}, ["domain/a.py: settings().asked"]),
        ({"tests/a/either.py": ""}, ["tests/a/either.py: either.py"]),
        ({"adapters/a/keys.py": ""}, []),
        (
            {"adapters/a/keys.py": "", "adapters/b/keys.py": ""},
            ["adapters/a/keys.py: keys.py", "adapters/b/keys.py: keys.py"],
        ),
        ({"domain/a.py": "class Known: ..."}, []),
        (
            {"domain/a.py": "class Known: ...", "domain/b.py": "class Known: ..."},
            ["domain/a.py: class Known", "domain/b.py: class Known"],
        ),
        ({f"{MIGRATIONS}sqlite/0002.sql": "CREATE TABLE receipts (id)"}, []),
        ({"CHANGELOG.md": "The book has another name."}, []),
        ({"domain/a.py": "dice = random.Random(7)  # inbox, deliveries, known"}, []),
    ],
    ids=lambda value: next(iter(value), "nothing") if isinstance(value, list | dict) else None,
)
def test_a_word_that_is_planted_is_found(
    tmp_path: Path, planted: dict[str, str], told: list[str]
) -> None:
    for name, text in planted.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    assert leftovers(tmp_path) == told
