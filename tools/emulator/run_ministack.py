"""Runs ministack for as long as standard input stays open.

The parent holds the other end. However it dies, the operating system closes it, so that no emulator is left behind.
"""

import os
import runpy
import shutil
import sys
import threading


def remove_data():
    shutil.rmtree(os.environ["STATE_DIR"], ignore_errors=True)


def watch_parent():
    sys.stdin.buffer.read()
    remove_data()
    os._exit(0)


threading.Thread(target=watch_parent, daemon=True).start()
try:
    runpy.run_module("ministack", run_name="__main__")
finally:
    remove_data()
