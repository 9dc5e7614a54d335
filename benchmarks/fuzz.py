"""Mutated files of every kind: each must end in a clear error or be read, within limits.

``python benchmarks/fuzz.py [--cases 20000] [--seed 0] [--first 0]``

Each case damages one file and hands it to what reads files of that kind, in a worker process with
1 GB of memory beyond its start; a case of more than 5 s is a hang. ``--first N --cases 1 --keep
FOLDER`` repeats case N and keeps its file.
"""

import argparse
import contextlib
import json
import os
import resource
import selectors
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from pathlib import Path

SECONDS = 5
MEMORY = 1 << 30
COMMANDS = 0.1  # share of the cases that run a command


def main():
    """Run the cases and print what came of them."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="folder for the mutated files")
    parser.add_argument("--worker", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        work(options)
        return
    counts, examples = Counter(), {}
    begin = time.monotonic()
    # Ctrl-C ends early and shows what there is
    with tempfile.TemporaryDirectory() as folder, contextlib.suppress(KeyboardInterrupt):
        for result in run(options, Path(folder)):
            counts[result["kind"], result["outcome"]] += 1
            if result["outcome"] not in ("clear error", "accepted"):
                examples.setdefault((result["outcome"], result["what"]), []).append(result)
    show(counts, examples, time.monotonic() - begin)


def run(options, folder):
    """Results of all cases; a worker that dies or hangs is replaced by another."""
    case, end = options.first, options.first + options.cases
    while case < end:
        arguments = ["--seed", str(options.seed), "--first", str(case), "--cases", str(end - case)]
        if options.keep:
            arguments += ["--keep", str(options.keep)]
        command = [sys.executable, __file__, *arguments, "--worker", str(folder)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as worker:
            current = {"case": case, "kind": "start of a worker"}
            for line in lines_of(worker):
                if line is None:
                    yield lost(worker, current)
                    break
                result = json.loads(line)
                if result["outcome"] == "begins":
                    current = result
                    continue
                case = result["case"] + 1
                yield result
            else:
                if case < end:
                    worker.wait()
                    yield lost(worker, current)
        case = max(case, current["case"] + 1)


def lines_of(worker):
    """Lines that a worker writes; None, once, when it keeps us waiting too long."""
    selector = selectors.DefaultSelector()
    selector.register(worker.stdout, selectors.EVENT_READ)
    rest, patience = b"", 120  # its start
    while True:
        if not selector.select(patience):
            yield None
            return
        data = os.read(worker.stdout.fileno(), 1 << 16)
        if not data:
            return
        *lines, rest = (rest + data).split(b"\n")
        yield from lines
        patience = 2 * SECONDS  # it measures itself; this is for one that cannot


def lost(worker, current):
    """Result of the case at which a worker hung or died."""
    if worker.poll() is None:
        worker.kill()
        return {**current, "outcome": "hang", "what": "killed"}
    code = -worker.returncode
    name = signal.Signals(code).name if code > 0 else f"exit {worker.returncode}"
    return {**current, "outcome": "signal", "what": name}


def work(options):
    """A worker: run cases one after the other and write a line about each."""
    import fuzz_inputs
    import mutations

    out = os.fdopen(os.dup(1), "w")  # what the readers print goes nowhere
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    warnings.simplefilter("ignore")
    whole = options.worker / "whole"
    if not whole.exists():
        fuzz_inputs.write_whole_files(whole)
    load_libraries(fuzz_inputs, whole)
    used = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))
    for case in range(options.first, options.first + options.cases):
        rng = mutations.seeded(options.seed, case)
        kind = rng.choice(list(fuzz_inputs.NAMES))
        result = {"case": case, "kind": kind, "outcome": "begins"}
        print(json.dumps(result), file=out, flush=True)
        with tempfile.TemporaryDirectory(dir=options.worker) as folder:
            path = fuzz_inputs.copy_to(whole / kind / fuzz_inputs.NAMES[kind], Path(folder))
            change(mutations, rng, path)
            if options.keep:
                fuzz_inputs.copy_to(path, options.keep)
            readers = fuzz_inputs.READERS[kind]
            if rng.random() < COMMANDS:
                result["kind"] = "command"
                readers = [lambda path, rng=rng: fuzz_inputs.run_command(rng, path, whole)]
            begin = time.monotonic()
            result["outcome"], result["what"] = judge(readers, path)
            if time.monotonic() - begin > SECONDS:
                result["outcome"] = "hang"
        print(json.dumps(result), file=out, flush=True)


def load_libraries(fuzz_inputs, whole):
    """Run all readers on whole files, before memory is limited."""
    for kind, name in fuzz_inputs.NAMES.items():
        for reader in fuzz_inputs.READERS[kind]:
            reader(whole / kind / name)
    for arguments in (["report", "nothing"], ["evaluate", "--model", "nothing", "--data", "no"]):
        fuzz_inputs.invoke(arguments)


def change(mutations, rng, path):
    """Damage a file, or one file of a folder."""
    files = [file for file in sorted(path.rglob("*")) if file.is_file()] or [path]
    file = rng.choice(files)
    if file != path and rng.random() < 0.05:
        file.unlink()
        return
    file.write_bytes(mutations.damage(rng, file.name, file.read_bytes()))


def judge(readers, path):
    """What came of the readers: the worst, and where it happened."""
    from activity_detector_utils.base.errors import ToolkitError

    outcome = "clear error", ""
    for reader in readers:
        try:
            reader(path)
            outcome = "accepted", ""
        except ToolkitError:
            continue
        except MemoryError as error:
            return "memory", place_of(error)
        except BaseException as error:
            return "traceback", place_of(error)
    return outcome


def place_of(error):
    """Kind of an error, and the last line of this package that it passed."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "activity_detector_utils" in frame.filename]
    place = f"{Path(own[-1].filename).name}:{own[-1].name}" if own else "outside"
    return f"{type(error).__name__} in {place}"


def show(counts, examples, seconds):
    """Print a table of outcomes, and the first cases of each fault."""
    outcomes = ("clear error", "accepted", "traceback", "signal", "hang", "memory")
    print(f"{sum(counts.values()):,} cases in {seconds:.0f} s")
    print(f"{'':20}", *(f"{outcome:>12}" for outcome in outcomes))
    for kind in sorted({kind for kind, _ in counts}):
        print(f"{kind:20}", *(f"{counts[kind, outcome]:12,}" for outcome in outcomes))
    for (outcome, what), results in sorted(examples.items()):
        cases = ", ".join(f"{result['case']} ({result['kind']})" for result in results[:4])
        print(f"{outcome}: {what}: {len(results)}, such as {cases}")


if __name__ == "__main__":
    main()
