"""What the command line says of rules: faults, unread sources, trials, versions. Nothing here prints."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from dothi.alerts.brought import Brought
from dothi.alerts.engine.latch import HANOI
from dothi.alerts.engine.rule import Rule
from dothi.alerts.trial import Span, Trial
from dothi.alerts.types import Compared, Precision, RuleRow
from dothi.alerts.wording import Lasting, number, quantity, say, spoken
from dothi.kernel.documents.differences import Change
from dothi.kernel.documents.faults import Fault
from dothi.kernel.problems import msg

SHOWN = 12


def faults(found: Sequence[Fault], language: str) -> Iterator[str]:
    """Yield each fault with its place and how to mend it."""
    for fault in found:
        facts = dict(fault.facts)
        yield f"✗ {fault.path or '-'}: {say(fault.message, language, facts)}"
        yield f"    {say(fault.mend, language, facts)}"


def checked(rule: Rule, language: str) -> Iterator[str]:
    """Yield that the document is sound, and where its limit comes from."""
    facts = {"code": rule.code, "version": rule.version, "count": len(rule.golden)}
    yield say(msg("✓ %(code)s %(version)s: sound, all %(count)s examples pass"), language, facts)
    basis = rule.limit.basis
    if not basis.verified:
        source = next(source for source in rule.sources if source.id == basis.source)
        told = {"source": source.number, "clause": basis.clause.read(language)}
        unread = say(msg("the limit is from %(source)s, %(clause)s, which nobody has read"), language, told)
        yield f"  ? {unread}"


def compared(found: Sequence[Change], language: str) -> Iterator[str]:
    """Yield each place in which two documents differ."""
    if not found:
        yield say(msg("The two say the same."), language)
    for change in found:
        yield f"~ {change.path}\n  - {change.before}\n  + {change.after}"


def trial(found: Trial, language: str) -> Iterator[str]:
    """Yield how often the rule would have fired, on what, when."""
    rule = found.rule
    facts = {"code": rule.code, "version": rule.version, "alerts": len(found.spans),
             "things": len(found.by_thing), "samples": found.samples, "all": found.things}  # fmt: skip
    yield say(
        msg("%(code)s %(version)s: %(alerts)s alerts on %(things)s of %(all)s things, %(samples)s readings"),
        language, facts,
    )  # fmt: skip
    if found.rejected or found.skipped:
        told = {"rejected": found.rejected, "skipped": found.skipped}
        left = say(msg("not counted: %(rejected)s rejected, %(skipped)s without a number"), language, told)
        yield f"  {left}"
    if found.failed:
        failed = say(msg("its evaluation fails: %(error)s"), language, {"error": found.failed})
        yield f"  ✗ {failed}"
    for month, count in sorted(found.by_month.items()):
        yield f"  {month}  {count}"
    yield from (f"  {thing}: {count}" for thing, count in found.by_thing.most_common(SHOWN))
    yield from (_span(span, rule, language) for span in found.spans[:SHOWN])
    if len(found.spans) > SHOWN:
        yield f"  … {len(found.spans) - SHOWN}"


def standing(rows: Sequence[RuleRow], counted: Sequence[Precision], language: str) -> Iterator[str]:
    """Yield how each version stands, and how often its rule was right."""
    right = {one.rule: one for one in counted}
    for row in rows:
        how = say(msg("live") if row.live else msg("shadow"), language)
        yield f"{row.code} {row.version}  {how}  {row.since:%Y-%m-%d}  {_share(right[row.code], language)}"


def catalog(found: Sequence[Brought], language: str) -> Iterator[str]:
    """Yield which rules of the catalog stand here otherwise, or not at all; the rest is counted."""
    for one in found:
        facts = {"code": one.code, "version": one.version}
        if one.changes:
            yield say(msg("✗ %(code)s: the catalog differs from version %(version)s"), language, facts)
            yield from compared(one.changes, language)
            yield f"    → dothi rules publish --next {one.file}"
        elif one.waits:
            yield say(msg("… %(code)s: version %(version)s is in shadow only"), language, facts)
            named = f"{one.code} {one.version}"
            yield f"    → dothi rules judge {named}; dothi rules promote {named}"
        elif not one.version:
            yield say(msg("? %(code)s: not published here"), language, facts)
            yield f"    → dothi rules publish {one.file}"
    alike = sum(not one.differs for one in found)
    yield say(msg("✓ the same here as in the catalog: %(count)s rules"), language, {"count": alike})


def published(row: RuleRow, language: str) -> Iterator[str]:
    """Yield how a version stands that was published, and what lets it go live."""
    named = f"{row.code} {row.version}"
    how = say(msg("live") if row.live else msg("shadow"), language)
    more = "" if row.live else f" → dothi rules judge {named}; dothi rules promote {named}"
    yield f"{named}: {how}{more}"


def judged(found: Compared, language: str) -> Iterator[str]:
    """Yield how a rule in shadow did beside the live one."""
    facts = {"caught": found.caught, "missed": found.missed, "repeated": found.repeated,
             "spared": found.spared, "extra": found.extra}  # fmt: skip
    yield say(
        msg("True alerts: %(caught)s caught, %(missed)s missed. False ones: %(repeated)s repeated,"
            " %(spared)s spared. Besides: %(extra)s."),
        language, facts,
    )  # fmt: skip
    yield say(msg("It did worse.") if found.worse else msg("It did no worse."), language)


def _share(found: Precision, language: str) -> str:
    if found.share is None or found.low is None or found.high is None:
        return say(msg("nothing labeled yet"), language)
    return f"{number(100 * found.share, language)} % ({number(100 * found.low, language)} – {number(100 * found.high, language)})"  # noqa: E501 - one figure


def _span(span: Span, rule: Rule, language: str) -> str:
    until = _local(span.cleared_at) if span.cleared_at else "…"
    signal = quantity(span.signal, rule.looks_at.unit)
    unit = "" if isinstance(signal, Lasting) else f" {rule.looks_at.unit}"
    return f"  {_local(span.raised_at)} – {until}  {span.thing}  {spoken(signal, language)}{unit}"


def _local(at: datetime) -> str:
    return f"{at.astimezone(HANOI):%Y-%m-%d %H:%M}"
