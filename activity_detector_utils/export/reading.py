"""Read files that anybody may have written: limits first, then the format.

Only errors of the file become a ToolkitError here; whatever else goes wrong is a bug of ours.
"""

from ..base.errors import ToolkitError
from ..base.reading import parse_json, read_file

MOST_BYTES = 64 << 20  # of a file; those of this package have about one million
MOST_FIELDS = 50_000  # of a protobuf message: each costs memory, however short it is
MOST_TEXT = 1 << 20  # of a text of metadata
MOST_LEVELS = 50  # messages inside messages


def read_model_file(path):
    """Content of a file that may hold a model."""
    return read_file(path, MOST_BYTES)


def parse_text(text):
    """Value of a JSON text of metadata.

    Raises
    ------
    ValueError
        If it is no JSON, too long or nested too deeply.
    """
    if len(text) > MOST_TEXT:
        raise ValueError(f"it has {len(text):,} characters; {MOST_TEXT:,} are read")
    return parse_json(text)


def parse_message(path, kind, data):
    """Parse a protobuf message.

    Parameters
    ----------
    path : str or Path
        For errors.
    kind : type
        Class of the message.
    data : bytes

    Returns
    -------
    Message
        Without fields that the class does not know.

    Raises
    ------
    ToolkitError
        If it is another message, damaged, or would need much more memory than the file's size.
    """
    from google.protobuf.message import DecodeError

    try:
        _Scan(data).message(kind.DESCRIPTOR, 0, len(data), MOST_LEVELS)
        message = kind.FromString(data)
    except (_Malformed, DecodeError) as error:
        raise ToolkitError(f"'{path}' is cut short, damaged or another kind of file") from error
    message.DiscardUnknownFields()
    return message


class _Malformed(Exception):
    """Bytes that are no protobuf message, or one with too many parts."""


class _Scan:
    """Walk through a message without keeping anything: count what parsing it would create."""

    def __init__(self, data):
        self.data = data
        self.left = MOST_FIELDS

    def message(self, descriptor, position, end, levels):
        """Count the fields of the message between two positions, and those inside them."""
        if not levels:
            raise _Malformed("too many levels")
        while position < end:
            key, position = self.number(position)
            number, wire = key >> 3, key & 7
            self.count(1)
            if wire == 0:
                _, position = self.number(position)
            elif wire in (1, 5):
                position += 8 if wire == 1 else 4
            elif wire == 2:
                size, position = self.number(position)
                if size > end - position:
                    raise _Malformed("a field ends behind its message")
                field = descriptor.fields_by_number.get(number)
                self.field(field, position, position + size, levels)
                position += size
            else:
                raise _Malformed("an unknown wire type")
        if position != end:
            raise _Malformed("a field ends behind its message")

    def field(self, field, position, end, levels):
        """Count what a field with a length holds."""
        if field is None or field.type in (field.TYPE_STRING, field.TYPE_BYTES):
            return
        if field.message_type is not None:
            self.message(field.message_type, position, end, levels - 1)
        elif field.type not in (field.TYPE_FLOAT, field.TYPE_DOUBLE):
            self.count(end - position)  # numbers of one byte each become eight

    def count(self, number):
        self.left -= number
        if self.left < 0:
            raise _Malformed("too many fields")

    def number(self, position):
        """A varint and the position behind it."""
        value = 0
        for shift in range(0, 70, 7):
            if position >= len(self.data):
                break
            byte = self.data[position]
            position += 1
            value |= (byte & 127) << shift
            if byte < 128:
                return value, position
        raise _Malformed("a number without end")
