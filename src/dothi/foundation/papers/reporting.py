"""What a check found, in sentences that a person can act on: msgids and facts, translated at the edges."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from dothi.foundation.papers.proofs import Finding, Proven
from dothi.foundation.papers.types import Report, Verdict
from dothi.kernel.problems import msg


@dataclass(frozen=True)
class Sentence:
    """One finding: `text` is a msgid whose named placeholders `facts` fill."""

    text: str
    facts: Mapping[str, object] = field(default_factory=dict)


VERDICTS = {
    Verdict.GENUINE: msg("This paper is genuine: nothing in it has changed since it was signed."),
    Verdict.UNKNOWN_AUTHORITY: msg(
        "The file is whole, but the certificate of its signer comes from nobody that this city trusts."
    ),
    Verdict.CHANGED: msg("Do not rely on this file: it was changed after it was signed."),
    Verdict.UNSIGNED: msg("This file carries no digital signature, so nothing can be said about its origin."),
    Verdict.UNREADABLE: msg(
        "This file cannot be read as a signed paper. Upload the original PDF, not a photo."
    ),
}
SIGNED_BY = msg("Signed by %(signer)s, %(post)s, %(unit)s.")
SIGNED_BY_NAME = msg("Signed by %(signer)s.")
CERTIFIED_BY = msg("The certificate was issued by %(issuer)s.")
STAMPED = msg("A time-stamping authority attests that it was signed at %(at)s.")
CLAIMED = msg("The signer states that it was signed at %(at)s; no time-stamping authority attests it.")
DEMO = msg("It comes from a demo city and has no legal force.")
PROOFS = {
    Finding.HOLDS: msg(
        "Its act stands in the signed ledger %(ledger)s as entry %(index)s; recorded for %(at)s."
    ),
    Finding.BROKEN: msg("The proof inside does not show that its act stands in the ledger. Ask the office."),
}


def sentences(report: Report, proof: Proven | None = None) -> Iterator[Sentence]:
    """Yield what to tell, the verdict first. Of a changed file nothing else is worth telling."""
    yield Sentence(VERDICTS[report.verdict])
    if report.verdict not in {Verdict.GENUINE, Verdict.UNKNOWN_AUTHORITY}:
        return
    who = {"signer": report.signer, "post": report.post, "unit": report.unit}
    yield Sentence(SIGNED_BY if report.post and report.unit else SIGNED_BY_NAME, who)
    yield Sentence(CERTIFIED_BY, {"issuer": report.issuer})
    yield Sentence(STAMPED if report.stamped else CLAIMED, {"at": report.signed_at})
    if report.demo:
        yield Sentence(DEMO)
    if proof is not None and proof.finding in PROOFS:
        facts = {"ledger": proof.ledger, "index": proof.index, "at": proof.at}
        yield Sentence(PROOFS[proof.finding], facts)
