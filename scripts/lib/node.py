"""Runs the Node.js that came with Playwright, or the machine's own."""

import os
import shutil
import sys

from playwright._impl._driver import compute_driver_executable

node = compute_driver_executable()[0]
if not os.access(node, os.X_OK):
    node = shutil.which("node") or sys.exit("Node.js: install it, or Playwright from the lock.")
os.execv(node, [node, *sys.argv[1:]])  # noqa: S606 - the arguments are ours
