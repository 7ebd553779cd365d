"""A screen of its own for one program: Xvfb, a window manager, real key events. Ends what it started, and nothing else."""

import os
import shutil
import signal
import subprocess
import tempfile
import time

SKIPPED = 77  # SKIP_RETURN_CODE of the tests

NEEDED = {"Xvfb": "xvfb", "openbox": "openbox", "xdotool": "xdotool"}


def missing_tools():
    return [f"{tool} (package {package})" for tool, package in NEEDED.items() if not shutil.which(tool)]


class Screen:
    """Xvfb at 1600x1000 with openbox; folders of its own, so that a test never meets the plans of a person."""

    def __init__(self, keep=None):
        self.root = keep or tempfile.mkdtemp(prefix="switchyard-window-")
        self.keep = keep is not None
        self.children = []
        self.env = dict(os.environ)
        for name in ("home", "data", "config", "state", "cache", "run"):
            os.makedirs(os.path.join(self.root, name), mode=0o700, exist_ok=True)
        self.env.update(
            HOME=os.path.join(self.root, "home"),
            XDG_DATA_HOME=os.path.join(self.root, "data"),
            XDG_CONFIG_HOME=os.path.join(self.root, "config"),
            XDG_STATE_HOME=os.path.join(self.root, "state"),
            XDG_CACHE_HOME=os.path.join(self.root, "cache"),
            XDG_RUNTIME_DIR=os.path.join(self.root, "run"),
            QT_QPA_PLATFORM="xcb",
            LC_ALL="C.UTF-8",
        )
        self.env.pop("WAYLAND_DISPLAY", None)
        # No keyring and no bus of the person's, and none started behind the test's back.
        self.env["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=" + os.path.join(self.root, "no-bus")

    def __enter__(self):
        read, write = os.pipe()
        os.set_inheritable(write, True)
        self.spawn(["Xvfb", "-displayfd", str(write), "-screen", "0", "1600x1000x24", "-nolisten", "tcp", "-noreset"], "xvfb.log", pass_fds=(write,))
        os.close(write)
        with os.fdopen(read) as pipe:
            number = pipe.readline().strip()
        if not number:
            raise RuntimeError("Xvfb gave no display")
        self.env["DISPLAY"] = ":" + number
        self.spawn(["openbox", "--sm-disable"], "openbox.log")
        # A window that comes before the manager never gets the keyboard.
        end = time.monotonic() + 10
        while not self.xdotool("get_num_desktops").isdigit() and time.monotonic() < end:
            time.sleep(0.1)
        return self

    def __exit__(self, *ignored):
        for child in reversed(self.children):
            if child.poll() is None:
                child.send_signal(signal.SIGTERM)
                try:
                    child.wait(10)
                except subprocess.TimeoutExpired:
                    child.kill()
                    child.wait()
        if not self.keep:
            shutil.rmtree(self.root, ignore_errors=True)

    def spawn(self, command, log, **more):
        with open(os.path.join(self.root, log), "ab") as out:
            child = subprocess.Popen(command, env=self.env, stdout=out, stderr=out, stdin=subprocess.DEVNULL, **more)
        self.children.append(child)
        return child

    def xdotool(self, *words):
        done = subprocess.run(["xdotool", *words], env=self.env, capture_output=True, text=True, timeout=30)
        return done.stdout.strip()

    def key(self, *keys):
        """Presses and lets go each key in turn: "ctrl+5", "Return", "p"."""
        self.xdotool("key", "--delay", "30", *keys)

    def type(self, text):
        self.xdotool("type", "--delay", "25", text)

    def hold(self, key, seconds):
        """Holds a key down; the X server repeats it meanwhile, as it does for a person."""
        self.xdotool("keydown", key)
        time.sleep(seconds)
        self.xdotool("keyup", key)

    def title(self):
        """Title of the active window, "" when there is none."""
        window = self.xdotool("getactivewindow")
        if not window:
            # Mapped before the manager was ready: such a window gets the keyboard only when it is asked for.
            found = self.xdotool("search", "--onlyvisible", "--name", "Switchyard").split()
            if found:
                self.xdotool("windowactivate", found[-1])
        return self.xdotool("getwindowname", window) if window else ""

    def wait_title(self, fits, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            title = self.title()
            if fits(title):
                return title
            time.sleep(0.1)
        raise AssertionError(f"no window with the wanted title within {seconds} s, the active one is {self.title()!r}")

    def picture(self, folder, name):
        if folder and shutil.which("import"):
            os.makedirs(folder, exist_ok=True)
            subprocess.run(["import", "-window", "root", os.path.join(folder, name + ".png")], env=self.env, timeout=30, check=False)
