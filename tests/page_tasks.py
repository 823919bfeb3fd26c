"""What tests ask the page's workers to do."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np


def echo(said: bytes) -> bytes:
    return said


def own_process() -> bytes:
    return str(os.getpid()).encode()


def sleep(seconds: float) -> bytes:
    time.sleep(seconds)
    return b"slept"


def wait_for(path: Path) -> bytes:
    while not path.exists():
        time.sleep(0.01)
    return b"waited"


def die() -> bytes:
    os._exit(9)


def allocate(size: int) -> bytes:
    return bytes(np.ones(size, np.uint8)[:1])


def fail(words: str) -> bytes:
    raise ValueError(words)
