#!/usr/bin/env python3
"""Walks a whole rehearsal in the real window by keyboard alone, with the guards of a live run: from the first step to the sealed report.

    walk.py PROGRAM [--rows N] [--pictures DIR] [--keep DIR] [--budget SECONDS]

What to press next is decided from the run's journal. A person's step goes like this: Ctrl Enter brings the focus to what the step waits for
(a waiver, the poll, else the guarded button); a name is typed; Enter is held as long as the guard asks.
"""

import argparse
import os
import sys
import time

from journal import Journal, wait_for
from screen import SKIPPED, Screen, missing_tools


def guard_of(flags):
    """Seconds to hold, and whether a name is typed: level 2, 3 and 4 of the design."""
    if flags["pointOfNoReturn"] or flags["deletesSource"]:
        return 3.0, True
    if not flags["writes"]:
        return 0.0, False
    return (2.0, True) if flags["disruptive"] else (1.0, False)


class Walk:
    def __init__(self, screen, journal, pictures):
        self.screen = screen
        self.journal = journal
        self.pictures = pictures
        self.started = time.monotonic()
        self.waivers = 0
        self.tries = {}

    def say(self, text):
        print(f"{time.monotonic() - self.started:6.1f} s  {text}", flush=True)

    def picture(self, name):
        self.screen.picture(self.pictures, name)

    def confirm(self, step):
        """One attempt at a step that needs a person; the caller comes again until the journal says that it was confirmed."""
        screen, name = self.screen, self.journal.plan()["plan"]
        tries = self.tries[step["id"]] = self.tries.get(step["id"], 0) + 1
        stations = [] if not step.get("poll") and not step["flags"]["poll"] and not step["flags"]["pointOfNoReturn"] else ["Data", "Apps", "DNS", "TLS"]
        screen.key("ctrl+Return")
        time.sleep(0.15)
        self.picture(f"{step['number']:02}-{step['id']}-{tries}")
        answered = len(self.journal.of("poll-answer", step["id"]))
        if stations and answered < len(stations):
            for count in range(answered, len(stations)):
                screen.key("Return")  # Go; the focus moves to the next station by itself
                try:
                    wait_for("answer", lambda: len(self.journal.of("poll-answer", step["id"])) > count, 2)
                except AssertionError:
                    self.waive(step)  # a caution comes before the poll
                    return
            self.say(f"step {step['number']}: the poll is answered")
            time.sleep(0.3)
            self.picture(f"{step['number']:02}-{step['id']}-polled")
            screen.key("ctrl+Return")
        seconds, typed = guard_of(step["flags"])
        if typed:
            screen.type(name)
            screen.key("Return")  # from the field to the button
        screen.hold("Return", seconds + 0.5)
        try:
            wait_for("confirmation", lambda: self.journal.of("confirmed", step["id"]), 3)
        except AssertionError:
            self.waive(step)
            return
        self.say(f"step {step['number']} confirmed: {self.journal.of('confirmed', step['id'])[-1].get('how')}")

    def waive(self, step):
        """A caution that holds the step: Ctrl Enter leads to its waiver."""
        screen = self.screen
        before = len(self.journal.of("waiver"))
        screen.key("Escape")
        time.sleep(0.3)
        screen.key("ctrl+Return")
        time.sleep(0.2)
        screen.key("Return")
        time.sleep(0.5)
        self.picture(f"{step['number']:02}-{step['id']}-waive")
        screen.key("Tab")
        screen.type("Looked at in the rehearsal, may go on")
        screen.key("Tab", "Tab", "Tab", "Return")
        time.sleep(0.4)
        if len(self.journal.of("waiver")) > before:
            self.say(f"step {step['number']}: a caution was waived")
        else:
            screen.key("Escape")

    def manual_checks(self, step):
        """P answers one open check after the other while the list has the focus, until none is left."""
        screen = self.screen
        screen.key("ctrl+g")
        time.sleep(0.3)
        self.picture(f"{step['number']:02}-{step['id']}-manual")
        while True:
            answered = len(self.journal.of("manual-check"))
            screen.key("p")
            try:
                wait_for("manual check", lambda: len(self.journal.of("manual-check")) > answered, 1.5)
            except AssertionError:
                break
        self.say(f"step {step['number']}: {answered} checks by hand")

    def go(self, budget):
        shown = None
        while not self.journal.sealed():
            if time.monotonic() - self.started > budget:
                self.picture("out-of-time")
                raise AssertionError(f"not sealed within {budget} s, waiting at {self.journal.active()}")
            step = self.journal.active()
            if step is None:
                time.sleep(0.1)
                continue
            if step["id"] != shown:
                shown = step["id"]
                self.say(f"step {step['number']}: {step['title']}")
            confirmed = self.journal.of("confirmed", step["id"])
            running = self.journal.of("intent", step["id"])
            if step["flags"]["manual"] and not confirmed and not self.tries.get(step["id"]):
                self.manual_checks(step)
            if step["flags"]["needsPerson"] and not confirmed and not running:
                self.screen.wait_title(lambda t: f"step {step['number']}," in t, 5)
                time.sleep(0.25)
                self.confirm(step)
                if self.tries[step["id"]] > 5:
                    raise AssertionError(f"step {step['id']} can't be confirmed by keyboard")
            else:
                time.sleep(0.1)
        self.say("the report is sealed")


def main():
    options = argparse.ArgumentParser()
    options.add_argument("program")
    options.add_argument("--rows", default="2000")
    options.add_argument("--pictures")
    options.add_argument("--keep", help="folder for everything that is written; kept")
    options.add_argument("--budget", type=float, default=300)
    given = options.parse_args()
    if missing := missing_tools():
        print("skipped: this test drives a real window and needs " + ", ".join(missing))
        return SKIPPED
    with Screen(given.keep) as screen:
        directory = os.path.join(screen.root, "the-run")
        begun = time.monotonic()
        program = screen.spawn([given.program, "rehearse", "projectify", "--rows", given.rows, "--speed", "60", "--out", directory], "program.log")
        try:
            screen.wait_title(lambda t: "REHEARSAL projectify" in t, 60)
            screen.key("ctrl+5")
            walk = Walk(screen, Journal(directory), given.pictures)
            walk.started = begun
            walk.go(given.budget)
            time.sleep(1.5)
            walk.picture("90-sealed-checklist")
            for number, page in enumerate(("overview", "environments", "databases", "dns", "checklist", "smoke", "logs", "report"), 1):
                screen.key(f"ctrl+{number}")
                time.sleep(0.5)
                walk.picture(f"9{number}-{page}")
            states = walk.journal.states()
            open_steps = [s["id"] for s in walk.journal.steps() if states.get(s["id"]) not in ("passed", "passed with waiver")]
            assert not open_steps, f"not passed: {open_steps}"
            for step in walk.journal.steps():
                if step["flags"]["needsPerson"] and step["kind"] != "smoke-manual":
                    how = walk.journal.of("confirmed", step["id"])
                    assert how, f"{step['id']} went without a person"
                    seconds, _ = guard_of(step["flags"])
                    wanted = f"held {seconds:.0f} s with Enter" if seconds else ""
                    assert wanted in how[-1].get("how", ""), f"{step['id']}: {how[-1]} instead of {wanted!r}"
            for name in ("report.html", "report.md", "report.json"):
                wait_for(name, lambda: os.path.exists(os.path.join(directory, name)), 10)
            # Closing is a person's way out too: the program ends by itself and leaves no process behind.
            screen.key("alt+F4")
            program.wait(20)
            assert program.returncode == 0, f"the program ended with {program.returncode}"
            print(f"Welcome to Close by keyboard in {time.monotonic() - begun:.0f} s")
        except AssertionError as why:
            screen.picture(given.pictures, "failed")
            with open(os.path.join(screen.root, "program.log"), errors="replace") as log:
                print("".join(log.readlines()[-30:]))
            print(f"FAILED: {why}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
