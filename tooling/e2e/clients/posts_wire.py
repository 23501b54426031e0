"""Frames of docs/wire.md and posts of docs/chat.md, written from those pages."""

import base64
import hashlib
import struct

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

MAGIC = bytes.fromhex("d9efb67d")
APP_NAME = "dchatd"
FEATURE = ("dchat.posts", 1)

TEXT, ACTION, PROFILE, TOPIC, RETRACT, BOX_KEY, DIRECT, PRIVATE = 0, 1, 2, 3, 4, 5, 16, 17

LAST_TIME = 2**64 - 1
LAST_ID = b"\xff" * 32


def compact(number):
    """VarInt: Bitcoin compact size."""
    if number <= 0xFC:
        return bytes([number])
    if number <= 0xFFFF:
        return b"\xfd" + struct.pack("<H", number)
    if number <= 0xFFFFFFFF:
        return b"\xfe" + struct.pack("<I", number)
    return b"\xff" + struct.pack("<Q", number)


def byte_string(data):
    return compact(len(data)) + data


def string(text):
    return byte_string(text.encode())


def ids(identities):
    return compact(len(identities)) + b"".join(identities)


class Fields:
    """Reads values off a payload."""

    def __init__(self, data):
        self.data = data
        self.at = 0

    def take(self, count):
        if self.at + count > len(self.data):
            raise ValueError("the payload ends early")
        taken = self.data[self.at : self.at + count]
        self.at += count
        return taken

    def number(self, form):
        return struct.unpack("<" + form, self.take(struct.calcsize("<" + form)))[0]

    def compact(self):
        first = self.number("B")
        if first <= 0xFC:
            return first
        number = self.number({0xFD: "H", 0xFE: "I", 0xFF: "Q"}[first])
        if compact(number)[0] != first:
            raise ValueError("a longer VarInt than need be")
        return number

    def byte_string(self):
        return self.take(self.compact())

    def string(self):
        return self.byte_string().decode()

    def ids(self):
        return [self.take(32) for _ in range(self.compact())]

    def end(self):
        if self.at != len(self.data):
            raise ValueError("bytes are left over")


def frame(command, payload):
    return MAGIC + string(command) + byte_string(payload)


def read_frame(stream):
    """The next (command, payload) of a binary file, None at its end."""
    magic = stream.read(4)
    if magic == b"":
        return None
    if magic != MAGIC:
        raise ValueError("no frame begins with %s" % magic.hex())
    command = read_exactly(stream, read_compact(stream)).decode()
    return command, read_exactly(stream, read_compact(stream))


def read_compact(stream):
    first = read_exactly(stream, 1)[0]
    if first <= 0xFC:
        return first
    form = {0xFD: "<H", 0xFE: "<I", 0xFF: "<Q"}[first]
    return struct.unpack(form, read_exactly(stream, struct.calcsize(form)))[0]


def read_exactly(stream, count):
    data = stream.read(count)
    if len(data) != count:
        raise ValueError("the stream ends in a frame")
    return data


def semver(major, minor, patch):
    return struct.pack("<QQQ", major, minor, patch) + string("") + string("")


class Key:
    """An Ed25519 key that follows from a text."""

    def __init__(self, seed):
        self.private = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(seed.encode()).digest())
        self.public = self.private.public_key().public_bytes(
            serialization.Encoding.Raw, serialization.PublicFormat.Raw
        )

    def sign(self, message):
        return self.private.sign(message)


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def room_of(room_key):
    return "p." + hashlib.sha256(room_key.public).hexdigest()[:40]


def private_body(room_key, author, time, ciphertext):
    """The body of a kind 17: whoever relays it can check that its writer holds the key of the room."""
    nonce = hashlib.sha256(ciphertext).digest()[:24]
    signed = b"dchat.room.v1\0" + author.public + struct.pack("<Q", time) + nonce + ciphertext
    return base64url(room_key.public + room_key.sign(signed) + nonce + ciphertext)


class Post:
    """A post of somebody, its signature checked."""

    def __init__(self, data):
        fields = Fields(data)
        if fields.number("B") != 1:
            raise ValueError("another version")
        self.author = fields.take(32)
        self.room = fields.string()
        self.kind = fields.number("B")
        self.time = fields.number("Q")
        self.parents = fields.ids()
        self.body = fields.string()
        signed = data[: fields.at]
        signature = fields.take(64)
        fields.end()
        if len(self.parents) > 8 or len(self.body.encode()) > 8192:
            raise ValueError("more than a post may hold")
        try:
            Ed25519PublicKey.from_public_bytes(self.author).verify(signature, b"dchat.post.v1\0" + signed)
        except InvalidSignature as error:
            raise ValueError("a signature that does not hold") from error
        self.data = data
        self.id = hashlib.sha256(data).digest()

    @property
    def place(self):
        return (self.time, self.id)


def write_post(key, room, kind, time, body, parents=()):
    unsigned = b"\x01" + key.public + string(room) + bytes([kind]) + struct.pack("<Q", time) + ids(list(parents)) + string(body)
    return Post(unsigned + key.sign(b"dchat.post.v1\0" + unsigned))
