"""The demo as a newcomer runs it: the whole story in under a minute, and nothing left behind."""

import re
import tempfile
import time
from pathlib import Path

import psutil
from command import Marsad


def left_over() -> tuple[set[Path], set[int]]:
    """Give the demo's temporary folders, and the processes that work in one."""
    prefix = Path(tempfile.gettempdir()) / "marsad-demo-"
    pids = set()
    for process in psutil.process_iter():
        try:
            if str(prefix) in process.environ().get("MARSAD_HOME", "") + " ".join(process.cmdline()):
                pids.add(process.pid)
        except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
            continue
    return set(prefix.parent.glob(prefix.name + "*")), pids


def test_the_demo_tells_the_whole_story_and_leaves_nothing(tmp_path: Path) -> None:
    folders, processes = left_over()
    marsad, began = Marsad(tmp_path / "home"), time.monotonic()
    text = marsad.run("demo", timeout=120).stdout
    assert time.monotonic() - began < 60
    told = re.search(r"(\d+) matches, (\d+) copies, (\d+) alerts delivered", text)
    assert told, text
    matches, copies, alerts = map(int, told.groups())
    assert (matches >= 5, copies >= 3, alerts >= 1) == (True, True, True), told[0]
    assert [len(re.findall(rf"^  {word} ", text, re.MULTILINE)) for word in ("match", "copy", "ALERT")] == [
        matches, copies, alerts,
    ]  # fmt: skip
    first_wave = text.partition("\nwave 1")[0]
    assert "  match " in first_wave
    assert "  ALERT " not in first_wave, "a first poll alerts nobody"
    after_folders, after_processes = left_over()
    assert after_folders - folders == set()
    assert after_processes - processes == set()
    assert list(tmp_path.iterdir()) == [], "the user's own home is not touched"
