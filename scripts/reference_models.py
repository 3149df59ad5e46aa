"""The page of models, profiles of devices and rules, made from the data of the sectors."""

from dothi.sectors.deriving.rules import RULES
from dothi.sectors.models import CONTEXT_ID, Attribute, Model, models
from dothi.sectors.models.profiles import Kind, kinds

HEAD = f"""# Models of the city

What the entities of the city are called and have. Names and IRIs are those of the
[Smart Data Models](https://smartdatamodels.org) (CC BY 4.0), of which only terms in use stand here; where
there is no model, ours extend one under `urn:dothi:ns:`. The broker of a node serves the `@context` as
`/ngsi-ld/v1/jsonldContexts/{CONTEXT_ID}`. This page is made from `src/dothi/sectors` by
`scripts/reference.py`.
"""
KINDS_HEAD = """
## Profiles of devices

| Profile | Measure | Unit | Every | From | To | Becomes | Source |
|---|---|---|---|---|---|---|---|
"""
RULES_HEAD = """
## Figures

Each has `urn:dothi:ns:rule` and `urn:dothi:ns:derivedFrom`: of which readings, how many, from when to when.

| Type | Made of | Figures | Looks back |
|---|---|---|---|
"""


def page() -> str:
    """Return the page."""
    parts = [HEAD, *(_model(one) for one in models().values()), KINDS_HEAD]
    parts += [row for kind in kinds().values() for row in _kind(kind)]
    rows = [
        f"| {one.entity_type} | {_codes(one.sources)} | {_codes(one.makes)} | {one.window} |\n"
        for one in RULES
    ]
    return "".join([*parts, RULES_HEAD, *rows])


def _model(one: Model) -> str:
    head = f"\n## {one.name}\n\n`{one.iri}`, version {one.version}; {one.license}; {one.source}\n\n"
    table = "| Term | Kind | Type | Unit | IRI |\n|---|---|---|---|---|\n"
    return head + table + "".join(_term(term, told, one) for term, told in one.attributes.items())


def _term(term: str, told: Attribute, model: Model) -> str:
    needed = ", required" if term in model.required else ""
    return f"| `{term}`{needed} | {told.kind} | {told.type} | {told.unit_code} | `{told.iri}` |\n"


def _kind(kind: Kind) -> list[str]:
    note = kind.source if kind.verified else f"{kind.source} (verified: false)"
    return [
        f"| {kind.profile.name} | `{one.name}` | {one.unit} | {_every(one.interval_s)} | {_limit(one.low)} |"
        f" {_limit(one.high)} | `{kind.entity_type}.{kind.terms[one.name]}` | {note} |\n"
        for one in kind.profile.measures.values()
    ]


def _every(seconds: float | None) -> str:
    return f"{seconds:g} s" if seconds else ""


def _limit(told: float | None) -> str:
    return "" if told is None else f"{told:g}"


def _codes(terms: tuple[str, ...]) -> str:
    return ", ".join(f"`{term}`" for term in terms)
