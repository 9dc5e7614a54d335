"""Damage to files: bytes, and the structures that formats are made of. Everything from one seed."""

import io
import json
import random
import struct
import zipfile

from binary_structures import ODD_NUMBERS, flatbuffer, protobuf

ODD_VALUES = (
    *(None, True, False, 0, -1, -5, 1.5, 1e308, float("nan"), float("inf"), 2**70, "", "x", "1"),
    *("\ud800", "a\0b", "\x1b[31m", "é" * 300, [], {}, [[]], {"": None}, ["a", "a"], [1.2, 1.4]),
    *([True, False], "abc", list("xyz"), "9" * 5000),
)
ODD_CELLS = (
    "",
    "nan",
    "inf",
    "1e400",
    "x",
    '"',
    '"""',
    "\0",
    "é",
    "9" * 400,
    "-",
    ",",
    "\n",
    "1;2",
)


def damage(rng, name, data):
    """Bytes of a file, changed once to three times.

    Parameters
    ----------
    rng : random.Random
    name : str
        Its suffix says which structures it has.
    data : bytes

    Returns
    -------
    bytes
    """
    own = STRUCTURES.get(name.rpartition(".")[2], [])
    for _ in range(rng.randint(1, 3)):
        change = rng.choice(own if own and rng.random() < 0.6 else BYTES)
        data = change(rng, data)
    return data


def flip(rng, data):
    """Flip bits, mostly near the beginning, where headers are, or near the end."""
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 4, 64))):
        if changed:
            changed[_place(rng, len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def cut(rng, data):
    """Leave out the end, the beginning or a block."""
    start = _place(rng, len(data) + 1)
    return rng.choice((data[:start], data[start:], data[:start] + data[start + _length(rng) :]))


def duplicate(rng, data):
    """Repeat a block."""
    start = _place(rng, len(data) + 1)
    block = data[start : start + _length(rng)]
    return data[:start] + block * rng.choice((1, 2, 50)) + data[start:]


def zero(rng, data):
    """Fill a block with zeros, or with ones."""
    start, length = _place(rng, len(data) + 1), _length(rng)
    filled = rng.choice((b"\0", b"\xff")) * len(data[start : start + length])
    return data[:start] + filled + data[start + length :]


def odd_number(rng, data):
    """Put an odd number of four or eight bytes where another may stand."""
    kind = rng.choice(("<I", "<Q", ">I"))
    start = _place(rng, len(data) + 1) // 4 * 4
    number = rng.choice(ODD_NUMBERS) % (2**32 if kind[1] == "I" else 2**64)
    return data[:start] + struct.pack(kind, number) + data[start + struct.calcsize(kind) :]


def replace_all(rng, data):
    """Nothing, or something else altogether."""
    return rng.choice((b"", b"\0", b"[" * 100_000, b"PK\x03\x04", rng.randbytes(300), data[:8]))


def json_value(rng, data):
    """Replace, remove or repeat a value of a JSON text."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return flip(rng, data)
    holder = value
    while isinstance(holder, (dict, list)) and holder:
        key = rng.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
        if not isinstance(holder[key], (dict, list)) or not holder[key] or rng.random() < 0.5:
            action = rng.randrange(4)
            if action == 0:
                del holder[key]
            elif action == 1 and isinstance(holder, list):
                holder.append(holder[key])
            else:
                holder[key] = rng.choice(ODD_VALUES)
            break
        holder = holder[key]
    return json.dumps(value).encode()


def zip_member(rng, data):
    """Damage, leave out, double or pack a member of a zip archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as files:
            members = {name: files.read(name) for name in files.namelist()}
            front = data[: min((entry.header_offset for entry in files.infolist()), default=0)]
    except Exception:  # damaged before, in whatever way
        return flip(rng, data)
    if not members:
        return data
    name = rng.choice(sorted(members))
    action = rng.randrange(4)
    if action == 0:
        del members[name]
    elif action == 1:
        members[f"{name}.npy"] = members[name]
    else:
        change = json_value if name.endswith(".json") else rng.choice((flip, cut, npy_header))
        members[name] = change(rng, members[name])
    packed = io.BytesIO(front)
    method = rng.choice((zipfile.ZIP_STORED, zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
    with zipfile.ZipFile(packed, "a", method) as files:
        for name, content in members.items():
            files.writestr(name, content)
    return packed.getvalue()


def npy_header(rng, data):
    """Another type or shape in the header of an array."""
    new = rng.choice((b"'|O'", b"'<f8'", b"'<U9'", b"'>f4'", b"'<c16'", b"'<M8[s]'"))
    if rng.random() < 0.5:
        return data[:10] + data[10:128].replace(b"'<f4'", new)[:118] + data[128:]
    return data[:10] + data[10:128].replace(b"(", b"(9999999", 1)[:118] + data[128:]


def csv_cell(rng, data):
    """Replace, remove or repeat cells and lines of a table."""
    lines = data.split(b"\n")
    for _ in range(rng.choice((1, 1, 5))):
        row = rng.randrange(min(len(lines), rng.choice((2, 40))))
        cells = lines[row].split(b",")
        place = rng.randrange(len(cells))
        action = rng.randrange(5)
        if action == 0:
            del cells[place]
        elif action == 1:
            cells.insert(place, cells[place])
        elif action == 2:
            lines.insert(row, lines[row])
        else:
            cells[place] = rng.choice(ODD_CELLS).encode()
        lines[row] = b",".join(cells)
    return b"\n".join(lines)


def _place(rng, size):
    near = rng.choice((size, size, 64, 3000))
    place = rng.randrange(max(1, min(size, near)))
    return place if rng.random() < 0.8 else max(0, size - 1 - place)


def _length(rng):
    return rng.choice((1, 4, 16, 300, 3000, 100_000))


def seeded(seed, case):
    """Random numbers of one case."""
    return random.Random(f"{seed}/{case}")


BYTES = [flip, cut, duplicate, zero, odd_number, replace_all]
STRUCTURES = {
    "mlmodel": [protobuf],
    "onnx": [protobuf],
    "tflite": [flatbuffer, flatbuffer, zip_member],
    "npz": [zip_member],
    "json": [json_value],
    "csv": [csv_cell],
}
