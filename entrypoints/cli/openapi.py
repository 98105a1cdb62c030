"""``videochamadas openapi``: print the OpenAPI document, without the sandbox's control routes."""

import argparse
import json
from importlib.metadata import version

from entrypoints.console.front_door import FRONT_DOOR
from entrypoints.console.table import CONSOLE
from entrypoints.http.contract import CONTRACT
from entrypoints.http.openapi import build_document
from entrypoints.http.service import SERVICE
from entrypoints.operators.table import FOR_OPERATORS


def openapi(_arguments: argparse.Namespace) -> int:
    operations = (*CONTRACT, *FOR_OPERATORS, *SERVICE, *FRONT_DOOR, *CONSOLE)
    document = build_document(operations, version("videochamadas"))
    print(json.dumps(document, indent=2, ensure_ascii=False))
    return 0
