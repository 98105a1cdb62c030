"""The forms of PromQL that the alert rules have, evaluated as Prometheus does.

promtool is a program that a machine may lack. Where it is there, the same cases go through it too.
"""

import operator
import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from promql_parser import (
    AggregateExpr,
    BinaryExpr,
    Call,
    Expr,
    Matcher,
    MatchOp,
    MatrixSelector,
    NumberLiteral,
    ParenExpr,
    VectorSelector,
)

from tests.alarms.series import NAME, Labels, Sample, Series, only, without

Vector = dict[Labels, float]
AGGREGATES: dict[str, Callable[[Sequence[float]], float]] = {"sum": sum, "max": max, "min": min}
COMPARED: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    "<": operator.lt,
    "==": operator.eq,
}


def evaluated(expr: Expr, series: Series, at: float) -> Vector:
    """The instant vector of an expression at that time (seconds)."""
    match expr:
        case ParenExpr():
            return evaluated(expr.expr, series, at)
        case VectorSelector():
            values = {one: series.now(one, at) for one in selected(expr, series)}
            return {one: value for one, value in values.items() if value is not None}
        case AggregateExpr():
            return _aggregated(expr, evaluated(expr.expr, series, at))
        case Call():
            return _called(expr, series, at)
        case BinaryExpr():
            return _joined(expr, series, at)
    raise TypeError(f"no rule has this form so far: {expr}")


def selected(selector: VectorSelector, series: Series) -> list[Labels]:
    named, matchers = series.by_name.get(selector.name or "", ()), selector.matchers.matchers
    return [one for one in named if all(_matches(each, dict(one)) for each in matchers)]


def _matches(matcher: Matcher, one: dict[str, str]) -> bool:
    value, op = one.get(matcher.name, ""), matcher.op
    if op == MatchOp.Equal or op == MatchOp.NotEqual:  # noqa: PLR1714 - they have no hash
        return (value == matcher.value) is (op == MatchOp.Equal)
    return (re.fullmatch(matcher.value, value) is not None) is (op == MatchOp.Re)


def _aggregated(expr: AggregateExpr, vector: Vector) -> Vector:
    names = expr.modifier.labels if expr.modifier else []
    groups: dict[Labels, list[float]] = {}
    for one, value in vector.items():
        groups.setdefault(only(one, names), []).append(value)
    return {one: AGGREGATES[str(expr.op)](values) for one, values in groups.items()}


def _called(expr: Call, series: Series, at: float) -> Vector:
    (of,), name = expr.args, expr.func.name
    if name == "absent":
        return {} if evaluated(of, series, at) else {frozenset(): 1.0}
    assert isinstance(of, MatrixSelector)
    seconds, found = of.range.total_seconds(), {}
    for one in selected(of.vector_selector, series):
        samples = series.within(one, at, seconds)
        if len(samples) > 1:
            risen = _risen(samples, at - seconds, at, counter=name != "delta")
            found[without(one, NAME)] = risen / seconds if name == "rate" else risen
    return found


def _risen(samples: Sequence[Sample], start: float, end: float, *, counter: bool) -> float:
    """By how much it rose, carried on to both ends of the range as Prometheus does."""
    (first, low), (last, high) = samples[0], samples[-1]
    risen = high - low
    if counter:
        pairs = pairwise(samples)
        risen += sum(before for (_, before), (_, after) in pairs if after < before)
    between = (last - first) / (len(samples) - 1)
    reach = between * 1.1
    before, after = first - start, end - last
    if counter and risen > 0 and low >= 0:
        before = min(before, (last - first) * low / risen)
    before = before if before < reach else between / 2
    after = after if after < reach else between / 2
    return risen * (last - first + before + after) / (last - first)


def _joined(expr: BinaryExpr, series: Series, at: float) -> Vector:
    left, op = evaluated(expr.lhs, series, at), str(expr.op)
    if isinstance(expr.rhs, NumberLiteral):
        number, compared = expr.rhs.val, COMPARED[op]
        return {one: value for one, value in left.items() if compared(value, number)}
    right = {without(one, NAME): value for one, value in evaluated(expr.rhs, series, at).items()}
    both = {one: value for one, value in left.items() if without(one, NAME) in right}
    if op == "and":
        return both
    assert op == "/", op
    pairs = {without(one, NAME): value for one, value in both.items()}
    return {one: _quotient(value, right[one]) for one, value in pairs.items()}


def _quotient(value: float, by: float) -> float:
    return value / by if by else float("nan")
