"""The run's journal as the test reads it: what the run waits for, never where something stands on the screen."""

import glob
import json
import os
import sqlite3
import time

DONE = {"passed", "passed with waiver", "skipped"}


class Journal:
    def __init__(self, directory):
        self.directory = directory

    def records(self):
        path = os.path.join(self.directory, "journal.sqlite")
        if not os.path.exists(path):
            return []
        try:
            with sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=2) as db:
                rows = db.execute("SELECT sequence, kind, step, data FROM records ORDER BY sequence").fetchall()
        except sqlite3.OperationalError:
            return []
        return [(number, kind, step, json.loads(data)) for number, kind, step, data in rows]

    def plan(self):
        for _, kind, _, data in self.records():
            if kind == "run-started":
                return data
        return {}

    def steps(self):
        return self.plan().get("steps", [])

    def states(self):
        found = {}
        for _, kind, step, data in self.records():
            if kind == "step-state":
                found[step] = data.get("state")
            elif kind == "skip":
                found[step] = "skipped"
        return found

    def active(self):
        """The first step that isn't done, as the frozen plan describes it; None at the end or before the start."""
        states = self.states()
        for step in self.steps():
            if states.get(step["id"]) not in DONE:
                return step
        return None

    def of(self, kind, step=None):
        return [data for _, k, s, data in self.records() if k == kind and (step is None or s == step)]

    def sealed(self):
        return bool(self.of("sealed"))


def newest_run(data_home):
    found = glob.glob(os.path.join(data_home, "switchyard", "runs", "*"))
    return max(found, key=os.path.getmtime) if found else None


def wait_for(what, test, seconds, pause=0.1):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = test()
        if value:
            return value
        time.sleep(pause)
    raise AssertionError(f"{what}: not within {seconds} s")
