"""No process of ours outlives the one that started it."""

import ctypes
import os
import signal
import sys
import threading
import time

_PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """End this process when its parent is gone, however the parent ended.

    Linux does it by itself (prctl PR_SET_PDEATHSIG); elsewhere a thread looks once a second.
    """
    parent = os.getppid()
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    """Give a process whose parent is gone five seconds to end by itself."""
    while os.getppid() == parent:
        time.sleep(1)
    time.sleep(5)
    os._exit(1)
