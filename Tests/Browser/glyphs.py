"""Reads glyph ranges as map libraries do: protobuf messages, taken apart by their numbers."""


def fields(message):
    """(number, value) of each field: integers for varints, bytes for what has a length."""
    at = 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(message):
        tag = varint()
        if tag & 7 == 0:
            yield tag >> 3, varint()
        else:
            assert tag & 7 == 2, f"wire type {tag & 7}"
            length = varint()
            assert at + length <= len(message)
            yield tag >> 3, message[at:at + length]
            at += length


def signed(number):
    return (number >> 1) ^ -(number & 1)


def read(body):
    """Name, range and glyphs by scalar of the one stack in the message."""
    (number, stack), = fields(body)
    assert number == 1
    parts = list(fields(stack))
    glyphs = {}
    for number, value in parts:
        if number != 3:
            continue
        raw = dict(fields(value))
        glyphs[raw[1]] = {
            "field": raw.get(2, b""), "width": raw[3], "height": raw[4], "left": signed(raw[5]), "top": signed(raw[6]),
            "advance": raw[7]}
    names = dict(each for each in parts if each[0] != 3)
    return names[1].decode(), names[2].decode(), glyphs
