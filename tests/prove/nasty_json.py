"""JSON that no honest client sends: values, and whole bodies."""

import orjson

FORGED = "forged-log-line"
LINE = f'\r\n{{"event":"{FORGED}"}}\r\n'

TEXTS = (
    "\x00",
    "a\x00b",
    "\u202eretsinim",
    "a\u200bb\u2060",
    "\ufeff",
    "\U0001f468\u200d\u2695\ufe0f",
    "x" * 10_000,
    "../../../etc/passwd",
    "%2e%2e%2f%2e%2e%2f",
    "..",
    "a/../b",
    "javascript:alert(1)",
    "data:text/html;base64,PHNjcmlwdD4=",
    "' OR 1=1 --",
    "{partner}%s{0}",
    LINE,
)
VALUES = (
    *(orjson.dumps(text) for text in TEXTS),
    b"NaN",
    b"Infinity",
    b"-Infinity",
    b"1e999",
    b"-0",
    b"9" * 5000,
    b"0x10",
    b'"\\ud800"',
    b'"\\udc00\\ud800"',
    b'"\xff\xfe"',
    b'"\xed\xa0\x80"',
    b'"\xc0\xaf"',
    b"null",
    b"true",
    b"{}",
    b"[]",
    b'""',
    b'"' + b"\\u0041" * 2000 + b'"',
    b"[" * 1000 + b"]" * 1000,
    b'{"a":' * 1000 + b"1" + b"}" * 1000,
)
BODIES = (
    b"",
    b" ",
    b"\x00",
    b"\xff\xfe{\x00}\x00",
    b"\xef\xbb\xbf{}",
    b"{}{}",
    b"{} x",
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b"[" * 30_000 + b"]" * 30_000,
    b"[" * 100_000 + b"]" * 100_000,
    b"9" * 60_000,
    b'"' + b"\\" * 999,
    b"{" + b'"a":1,' * 9000 + b'"a":1}',
    b"<xml/>",
    b"a=1&b=2",
)
