"""``videochamadas openapi``: print the OpenAPI document, without the sandbox's control routes."""

import argparse
import json
from importlib.metadata import version

from entrypoints.http.contract import CONTRACT
from entrypoints.http.openapi import build_document
from entrypoints.http.service import SERVICE
from entrypoints.operators.table import FOR_OPERATORS


def openapi(_arguments: argparse.Namespace) -> int:
    document = build_document((*CONTRACT, *FOR_OPERATORS, *SERVICE), version("videochamadas"))
    print(json.dumps(document, indent=2, ensure_ascii=False))
    return 0
