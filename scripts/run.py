"""
`make run` on a machine that has only Python 3.11, git and a network.

It opens the port and shows the progress page at once, installs and builds, and then becomes
`dothi up --demo`, which goes on with the same socket: nobody who waits on the page meets a
browser's error. It writes only into the checkout's var/ and .venv/ (as root also /var/lib/dothi).
"""

import argparse
import os
import sys

sys.dont_write_bytecode = True

import bootstrap  # noqa: E402 - byte code is refused first

sys.path.insert(0, str(bootstrap.PROJECT / "src"))

from dothi.config.supervisor import ports  # noqa: E402 - found only after the line above
from dothi.config.supervisor.boot_page import BootPage  # noqa: E402
from dothi.config.supervisor.progress import STEPS, Progress  # noqa: E402


def main() -> int:  # noqa: RET503 - the last line never returns
    """Prepare the machine and become `dothi up --demo`."""
    arguments = _arguments()
    try:
        listener = ports.listen(arguments.port)
    except ports.Occupied as trouble:
        print(f"Cổng {trouble.port} đang do {trouble.holder} giữ; chọn cổng khác bằng make run PORT=… .")
        print(f"Port {trouble.port} is held by {trouble.holder}; choose another with make run PORT=… .")
        return 1
    progress = Progress(list(STEPS))
    page = BootPage(listener, progress)
    page.start()
    print(
        f"Mở trang này để theo dõi · Follow the start at: http://localhost:{listener.getsockname()[1]}/",
        flush=True,
    )
    try:
        bootstrap.prepare(progress.begin)
        progress.finish("translations")
    except bootstrap.Trouble as trouble:
        progress.fail(str(trouble))
        print(trouble, file=sys.stderr)
        return 1
    finally:
        page.stop()
    os.set_inheritable(listener.fileno(), True)
    environ = {**os.environ, **progress.hand_on()}
    command = [
        str(bootstrap.PYTHON),
        "-m",
        "dothi.config.cli",
        "up",
        "--demo",
        f"--listen-fd={listener.fileno()}",
    ]
    os.execve(command[0], command, environ)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make run", description="Run the demo city on this machine.")
    parser.add_argument("--port", type=int, help="0 takes any; default the first free one from 8000")
    return parser.parse_args()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
