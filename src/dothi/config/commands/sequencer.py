"""`dothi sequencer`: the process that seals the ledger, as dothi_seal, without Django."""

import signal
import sys
import threading
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from pathlib import Path

NAME = "sequencer"
HELP = "Give committed ledger entries their place in the tree and sign it, about each second."


def add_arguments(parser: ArgumentParser) -> None:
    """Take the signing key's file."""
    parser.add_argument("--key", type=Path, help="file of the signing key (default DOTHI_LEDGER_KEY_FILE)")
    parser.add_argument("--print-key", action="store_true", help="print the public key and stop")


def run(args: Namespace) -> int:
    """Seal until SIGTERM or SIGINT; exit code 1 when the stored tree is not the signed one."""
    from dothi.config.environment import environment
    from dothi.foundation.ledger.sequencer import SequencerStopped
    from dothi.foundation.ledger.sequencer import run as seal
    from dothi.foundation.ledger.signing import read_signer

    settings = environment()
    signer = read_signer(args.key or Path(settings.ledger_key_file), settings.node)
    if args.print_key:
        print(signer.public_key)
        return 0
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        seal(settings.dsn, signer, lambda: datetime.now(UTC), stop, _tell)
    except SequencerStopped as error:
        _tell(f"stopped: {error}")
        return 1
    return 0


def _tell(text: str) -> None:
    print(f"sequencer: {text}", file=sys.stderr, flush=True)
