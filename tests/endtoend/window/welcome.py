#!/usr/bin/env python3
"""Starts a rehearsal at 60 times from Welcome by keyboard alone, and leaves it again without leaving a process behind.

    welcome.py PROGRAM
"""

import glob
import os
import sys
import time

from journal import Journal, newest_run, wait_for
from screen import SKIPPED, Screen, missing_tools


def processes_of(root):
    """Processes whose environment names the test's own folder, those of the screen left out."""
    found = []
    for path in glob.glob("/proc/[0-9]*"):
        try:
            with open(path + "/environ", "rb") as environ, open(path + "/comm") as comm:
                name = comm.read().strip()
                if f"XDG_DATA_HOME={root}/data".encode() in environ.read().split(b"\0") and name not in ("Xvfb", "openbox", "xdotool"):
                    found.append(name)
        except OSError:
            continue
    return found


def main():
    if missing := missing_tools():
        print("skipped: this test drives a real window and needs " + ", ".join(missing))
        return SKIPPED
    with Screen() as screen:
        program = screen.spawn([sys.argv[1]], "program.log")
        try:
            screen.wait_title(lambda title: title == "Switchyard", 20)
            time.sleep(0.5)
            screen.key("Tab", "Return")  # from Start to the speeds
            time.sleep(0.3)
            screen.picture(os.environ.get("PICTURES"), "menu")
            screen.key("Down", "Down", "Down", "Return")  # the fastest
            time.sleep(0.3)
            screen.picture(os.environ.get("PICTURES"), "chosen")
            screen.key("shift+Tab", "Return")
            screen.picture(os.environ.get("PICTURES"), "started")
            screen.wait_title(lambda title: title.startswith("REHEARSAL projectify"), 60)
            run = newest_run(os.path.join(screen.root, "data"))
            assert run, "no run was made"
            wait_for("first step", lambda: Journal(run).states(), 30)
            plan = Journal(run).plan()
            assert plan["rehearsal"] and plan["speed"] == 60, plan
            screen.key("alt+F4")
            program.wait(20)
            assert program.returncode == 0, f"the program ended with {program.returncode}"
            wait_for("end of every process of the run", lambda: not processes_of(screen.root), 20)
        except AssertionError as why:
            with open(os.path.join(screen.root, "program.log"), errors="replace") as log:
                print("".join(log.readlines()[-30:]))
            print(f"FAILED: {why}; still running: {processes_of(screen.root)}")
            return 1
    print("a rehearsal was started from Welcome by keyboard")
    return 0


if __name__ == "__main__":
    sys.exit(main())
