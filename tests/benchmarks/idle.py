#!/usr/bin/env python3
"""CPU share of the window at rest, on Welcome and on a held run, each over 10 s. Prints both, ends 1 when one is 1 % of a core or more.

    idle.py PROGRAM
"""

import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "endtoend", "window"))

from journal import Journal, wait_for  # noqa: E402
from screen import SKIPPED, Screen, missing_tools  # noqa: E402


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def share(pid, seconds=10):
    before = cpu_seconds(pid)
    time.sleep(seconds)
    return 100 * (cpu_seconds(pid) - before) / seconds


def main():
    if missing := missing_tools():
        print("skipped: this benchmark needs " + ", ".join(missing))
        return SKIPPED
    found = {}
    with Screen() as screen:
        program = screen.spawn([sys.argv[1]], "welcome.log")
        screen.wait_title(lambda title: title == "Switchyard", 20)
        time.sleep(3)
        found["Welcome"] = share(program.pid)
        screen.key("alt+F4")
        program.wait(20)
        directory = os.path.join(screen.root, "the-run")
        program = screen.spawn([sys.argv[1], "rehearse", "projectify", "--rows", "2000", "--speed", "60", "--out", directory], "run.log")
        wait_for("the fourth step", lambda: Journal(directory).states().get("record-baseline"), 60)
        screen.wait_title(lambda title: "step 4" in title, 20)
        screen.key("ctrl+period")
        wait_for("hold", lambda: Journal(directory).of("hold"), 10)
        time.sleep(3)
        found["a held run, Overview"] = share(program.pid)
        screen.key("ctrl+5")
        time.sleep(2)
        found["a held run, Checklist"] = share(program.pid)
        screen.key("alt+F4")
        program.wait(30)
    for what, percent in found.items():
        print(f"{what}: {percent:.1f} % of one core{'' if percent < 1 else ', over 1 %'}")
    return 0 if all(percent < 1 for percent in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
