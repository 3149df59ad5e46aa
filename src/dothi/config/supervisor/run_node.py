"""`dothi up` from its first line to its last: what is printed, what is held, how it ends."""

import contextlib
import os
import time
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from dothi.config import build, database_url
from dothi.config.demo import welcome
from dothi.config.environment import PROJECT, environment
from dothi.config.supervisor import check_doors, leftovers, lock, ports, postgres, runtime, watch
from dothi.config.supervisor.boot_page import BootPage
from dothi.config.supervisor.layout import Layout
from dothi.config.supervisor.node import Node, assemble, default_var
from dothi.config.supervisor.progress import Progress, inherited
from dothi.config.supervisor.start import Start, adopted

STEPS = ["postgres", "nats", "migrations", "services", "demo", "pages"]


def run(*, port: int | None, demo: bool, listen_fd: int | None) -> int:
    """Run the node until it is told to stop; 1 when it cannot start."""
    began = time.monotonic()
    settings = environment()
    layout = Layout(default_var(settings))
    for wrong, mend in (*build.findings(), *check_doors.findings(settings, datetime.now(UTC))):
        _tell(f"!!! {wrong}; {mend}")
    if unfit := database_url.refusal(settings.database_url):
        _tell("\n".join(unfit))
        return 1
    try:
        found = runtime.prepare(layout.var)
        layout.create(found)
        held = lock.take(layout.lock)
        leftovers.note_checkout(layout.var, PROJECT)
        listener = adopted(listen_fd) if listen_fd is not None else ports.listen(port)
    except (lock.Held, ports.Occupied) as trouble:
        _tell(_refusal(trouble, layout.var))
        return 1
    page = BootPage(listener, _progress(demo=demo))
    page.start()
    _tell(f"Tiến độ · Progress: http://localhost:{listener.getsockname()[1]}/")
    node = assemble(settings, layout, listener, found, demo=demo)
    code = _watch(Start(node, page, _tell), began)
    os.close(held)
    return code


def _progress(*, demo: bool) -> Progress:
    return inherited([key for key in STEPS if demo or key != "demo"])


def _watch(start: Start, began: float) -> int:
    start.watch.obey_signals()
    try:
        start.run()
        _tell(_welcome(start.node, time.monotonic() - began))
        while True:
            start.watch.tick()
    except watch.Stopped:
        _tell("Đang dừng mọi tiến trình… · Stopping every process…")
        return 0
    except (watch.Failed, postgres.Failed, psycopg.Error, OSError) as trouble:
        start.progress.fail(str(trouble))
        with contextlib.suppress(OSError):  # a full disk is what may have failed
            start.progress.write(start.node.layout.state)
        _tell(f"Không khởi động được · Cannot start\n{trouble}\nHãy chạy · Run: dothi up --check")
        return 1
    finally:
        _end(start)


def _end(start: Start) -> None:
    start.page.stop()
    start.watch.stop_all()
    _tell("Đã dừng. · Stopped.")


def _tell(line: str) -> None:
    """Print for people; a terminal that was closed must not bring the node down."""
    with contextlib.suppress(OSError):
        print(line, flush=True)


def _refusal(trouble: Exception, var: Path) -> str:
    if isinstance(trouble, lock.Held):
        return (
            f"Thư mục dữ liệu {var} đang do tiến trình {trouble.holder} dùng; hãy dừng tiến trình đó trước.\n"
            f"The data folder {var} is in use by process {trouble.holder}; stop that one first."
        )
    assert isinstance(trouble, ports.Occupied)
    return (
        f"Cổng {trouble.port} đang do {trouble.holder} giữ; hãy dừng nó hoặc chọn cổng khác bằng --port.\n"
        f"Port {trouble.port} is held by {trouble.holder}; stop it or choose another with --port."
    )


def _welcome(node: Node, seconds: float) -> str:
    rows = [
        f"Sẵn sàng sau {seconds:.1f} giây · Ready after {seconds:.1f} s",
        f"  Cổng dịch vụ · Portal            {node.public_url}/",
        f"  Bộ phận một cửa · One-stop desk  {node.public_url}/desk/",
        f"  Điều hành · Operations center    {node.public_url}/center/",
        f"  Ngữ cảnh đô thị · Live context   {node.broker_url}/ngsi-ld/v1/",
        f"  Cửa thiết bị · Devices           {node.mqtt_url}  {node.devices_url}",
        f"  Dữ liệu · Data                   {node.layout.var}",
        *(welcome.accounts(node.layout.root_key) if node.demo else []),
        "Ctrl-C để dừng · Ctrl-C stops",
    ]
    return "\n".join(rows)
