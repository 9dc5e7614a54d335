"""Damage to the structure of protobuf messages and flatbuffers, without knowing their schema."""

import struct

ODD_NUMBERS = (0, 1, -1, 255, 2**15, 2**31 - 1, 2**31, 2**32 - 1, 2**62, 2**63 - 1, 250_000_000)


def protobuf(rng, data):
    """Change one field of a protobuf message: number, length, content, place, or how many."""
    path = _random_field(rng, data)
    if not path:
        return data
    start, body, end = path[-1]
    action = rng.randrange(5)
    if action == 0:
        new = b""
    elif action == 1:
        new = data[start:end] * rng.choice((2, 3, 1000))
    elif action == 2:
        new = data[start:body] + _flip(rng, data[body:end])
    elif action == 3:
        new = _varint(rng.randrange(1, 600) << 3) + _varint(rng.choice(ODD_NUMBERS) % 2**64)
    else:
        wire = data[start] & 7
        odd = _varint(rng.choice(ODD_NUMBERS) % 2**64)
        new = data[start : start + 1] + odd if wire == 0 else data[start:body] + odd
    content = data[:start] + new + data[end:]
    if len(path) > 1 and rng.random() < 0.9:  # the messages around it are as long as before
        return _with_lengths(data, path, new)
    return content


def _flip(rng, data):
    changed = bytearray(data)
    if changed:
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def _with_lengths(data, path, new):
    """The message with another innermost field, and the lengths of those around it put right."""
    start, _, end = path[-1]
    for first, body, stop in reversed(path[:-1]):
        inside = data[body:start] + new + data[end:stop]
        new = data[first : _varint_end(data, first)] + _varint(len(inside)) + inside
        start, end = first, stop
    return data[:start] + new + data[end:]


def _random_field(rng, data):
    """Fields from the outermost to a random inner one, each (start, start of its content, end)."""
    path, start, end = [], 0, len(data)
    while True:
        fields = _fields(data, start, end)
        if not fields:
            return path
        path.append(rng.choice(fields))
        first, start, end = path[-1]
        if data[first] & 7 != 2 or end - start > 20_000 or rng.random() < 0.15:
            large = end - start > 20_000 and data[first] & 7 == 2
            if not (large and _fields(data, start, end)):
                return path


def _fields(data, position, end, most=400):
    found = []
    while position < end and len(found) < most:
        body = _varint_end(data, position)
        wire = data[position] & 7
        if wire == 0:
            stop = _varint_end(data, body)
        elif wire in (1, 5):
            stop = body + (8 if wire == 1 else 4)
        elif wire == 2:
            after = _varint_end(data, body)
            stop = after + _number(data, body)
            body = after
        else:
            return []
        if stop > end:
            return []
        found.append((position, body, stop))
        position = stop
    return found


def _varint_end(data, position):
    while position < len(data) and data[position] > 127:
        position += 1
    return position + 1


def _number(data, position):
    value = shift = 0
    while position < len(data) and shift < 70:
        value |= (data[position] & 127) << shift
        if data[position] < 128:
            break
        position, shift = position + 1, shift + 7
    return value


def _varint(value):
    parts = []
    while value > 127:
        parts.append(value & 127 | 128)
        value >>= 7
    return bytes([*parts, value])


def flatbuffer(rng, data):
    """Change an offset, length or number of a flatbuffer: they lie before the weights."""
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 3))):
        start = rng.randrange(0, max(1, min(len(data), 12_000) - 8)) // 4 * 4
        (value,) = struct.unpack_from("<i", changed.ljust(start + 4, b"\0"), start)
        value = rng.choice((*ODD_NUMBERS, value + 1, value - 1, value + 4, -value)) % 2**32
        changed[start : start + 4] = struct.pack("<I", value)
    return bytes(changed)
