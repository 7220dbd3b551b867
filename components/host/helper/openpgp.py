"""Fingerprints of public keys, for a host without gpg."""

import base64
import hashlib


def fingerprints(text):
    """The fingerprints (40 hexadecimal digits) of the primary keys in an armoured or binary key file. ValueError where it is none."""
    data = _dearmoured(text) if text.lstrip().startswith(b"-----BEGIN") else text
    found = []
    for tag, body in _packets(data):
        if tag == 6:
            if body[:1] != b"\x04":
                raise ValueError("a key that is not of version 4")
            found.append(hashlib.sha1(b"\x99" + len(body).to_bytes(2, "big") + body).hexdigest().upper())
    if not found:
        raise ValueError("no public key in it")
    return found


def armoured(text):
    """The key file as text, which apt wants in a file that ends in .asc."""
    if text.lstrip().startswith(b"-----BEGIN"):
        return text
    body = base64.b64encode(text)
    lines = [body[at:at + 64] for at in range(0, len(body), 64)]
    return b"\n".join([b"-----BEGIN PGP PUBLIC KEY BLOCK-----", b"", *lines, b"-----END PGP PUBLIC KEY BLOCK-----", b""])


def _dearmoured(text):
    body = text.split(b"\n\n", 1)[-1] if b"\n\n" in text else text.replace(b"\r", b"").split(b"\n\n", 1)[-1]
    lines = []
    for line in body.splitlines():
        if line.startswith((b"=", b"-----END")):
            break
        lines.append(line.strip())
    return base64.b64decode(b"".join(lines), validate=True)


def _packets(data):
    """(tag, body) of each packet."""
    at = 0
    while at < len(data):
        head = data[at]
        if not head & 0x80:
            raise ValueError("not an OpenPGP file")
        if head & 0x40:
            tag, first = head & 0x3F, data[at + 1]
            if first < 192:
                length, start = first, at + 2
            elif first < 224:
                length, start = ((first - 192) << 8) + data[at + 2] + 192, at + 3
            elif first == 255:
                length, start = int.from_bytes(data[at + 2:at + 6], "big"), at + 6
            else:
                raise ValueError("a packet of unknown length")
        else:
            tag, size = (head >> 2) & 0x0F, (1, 2, 4, 0)[head & 3]
            if not size:
                raise ValueError("a packet of unknown length")
            length, start = int.from_bytes(data[at + 1:at + 1 + size], "big"), at + 1 + size
        yield tag, data[start:start + length]
        at = start + length
