"""Install the course from this folder, without internet: python3 install.py [FOLDER]

Needs nothing but Python. Run it again if it was interrupted.
"""

import json
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

DEFAULT = Path.home() / "activity-detector-course"
AT_ONCE = 10  # packages for one run of pip: few enough to see progress


def this_machine():
    """What wheels depend on, in words: 'Python 3.11, Linux, x86_64'."""
    version = ".".join(map(str, sys.version_info[:2]))
    return ", ".join(["Python " + version, platform.system(), platform.machine()])


def install(kit, target):
    """Copy the course to `target`, make `target/.venv`, install everything there from wheels."""
    made_for = json.loads((kit / "kit.json").read_text())["made_for"]
    if this_machine() not in made_for:
        sys.exit(
            "This kit holds nothing for {}; it fits:\n  {}\nRun install.py with such a Python, or "
            "make a kit on a computer like this one.".format(
                this_machine(), "\n  ".join(made_for) or "nothing yet: it is not complete"
            )
        )
    print(f"1/3 Copying the course to {target}", flush=True)
    kept = copy_missing(kit / "course", target)
    if kept:
        print(f"    {kept} files were there already and are kept")
    print("2/3 Making a virtual environment", flush=True)
    if not program(target, "pip").exists():  # what venv makes last
        subprocess.run([sys.executable, "-m", "venv", str(target / ".venv")], check=True)
    print("3/3 Installing packages (minutes)", flush=True)
    install_packages(kit, target)
    (target / ".venv" / ".ready").touch()  # so that `make` does not set it up again
    say_how_to_start(target)


def copy_missing(source, target):
    """Copy files that are not at `target` yet; return how many are."""
    kept = 0
    for path in sorted(source.rglob("*")):
        copy = target / path.relative_to(source)
        if path.is_dir():
            copy.mkdir(parents=True, exist_ok=True)
        elif copy.exists():
            kept += 1
        else:
            copy.parent.mkdir(parents=True, exist_ok=True)
            half = copy.with_name(copy.name + ".part")
            shutil.copyfile(str(path), str(half))
            os.replace(str(half), str(copy))
    return kept


def install_packages(kit, target):
    """Install the pinned packages, then the course's own as editable; pip asks no index."""
    pip = [str(program(target, "python")), "-m", "pip", "install", "--quiet"]
    pip += ["--no-index", "--find-links", str(kit / "wheels"), "--no-deps"]
    environment = {name: value for name, value in os.environ.items() if name[:4] != "PIP_"}
    environment["PIP_CONFIG_FILE"] = os.devnull  # no index of somebody's settings either
    environment["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    lines = (kit / "course" / "requirements.txt").read_text().splitlines()
    pins = [line for line in lines if line.strip() and not line.startswith("#")]
    for start in range(0, len(pins), AT_ONCE):
        subprocess.run([*pip, *pins[start : start + AT_ONCE]], env=environment, check=True)
        print(f"    {min(start + AT_ONCE, len(pins))} of {len(pins)}", flush=True)
    own = [*pip, "--no-build-isolation", "--editable", str(target)]
    subprocess.run(own, env=environment, check=True)


def program(target, name):
    """Path of a program in the virtual environment."""
    folder = "Scripts" if os.name == "nt" else "bin"
    return target / ".venv" / folder / (name + (".exe" if os.name == "nt" else ""))


def say_how_to_start(target):
    """Print the commands that come next."""
    setting = "set COURSE_OFFLINE=1" if os.name == "nt" else "export COURSE_OFFLINE=1"
    print("\nInstalled. To open the chapters:\n")
    print(f'    cd "{target}"')
    print(f"    {setting}")
    print('    "{}" lab notebooks'.format(program(target, "jupyter")))
    print('\nTo see what is there: "{}" doctor'.format(program(target, "activity-detector")))


if __name__ == "__main__":
    folder = Path(sys.argv[1]).expanduser() if len(sys.argv) > 1 else DEFAULT
    try:
        install(Path(__file__).resolve().parent, folder.resolve())
    except subprocess.CalledProcessError as error:
        sys.exit("This failed: {}".format(" ".join(map(str, error.cmd))))
    except KeyboardInterrupt:
        sys.exit("\nInterrupted; run it again to go on.")
