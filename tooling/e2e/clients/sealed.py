"""The encrypted kinds of docs/chat.md, written from that page and RFC 9180 alone.

Usage: sealed.py SEALED.json STANDARDS.json makes every value of those vectors anew, and prints as JSON how many it compared and
what differs.

Beside Ed25519 it takes X25519, HMAC and ChaCha20-Poly1305 of a library; HPKE, HKDF and the step from ChaCha20 to XChaCha20
(draft-irtf-cfrg-xchacha, 2.2) stand here, and are checked against the vectors of their own texts.
"""

import base64
import hashlib
import hmac
import json
import re
import struct
import sys

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from posts_wire import DIRECT, PRIVATE, Fields, Key, Post, base64url, string, write_post

SIZES = (256, 1024, 4096)
TAG_BYTES = 16
NONCE_BYTES = 24
KEM_ID, KDF_ID, AEAD_ID = 0x0020, 0x0001, 0x0003
DIRECT_INFO = b"dchat.dm.v1"


class Refused(Exception):
    """What was sent says nothing, and why."""


# HKDF-SHA256 (RFC 5869)


def extract(salt, material):
    return hmac.new(salt or bytes(32), material, hashlib.sha256).digest()


def expand(key, info, length):
    out, block, number = b"", b"", 1
    while len(out) < length:
        block = hmac.new(key, block + info + bytes([number]), hashlib.sha256).digest()
        out += block
        number += 1
    return out[:length]


def hkdf(secret, info):
    return expand(extract(b"", secret), info, 32)


# HPKE, base mode (RFC 9180)

KEM_SUITE = b"KEM" + struct.pack(">H", KEM_ID)
HPKE_SUITE = b"HPKE" + struct.pack(">HHH", KEM_ID, KDF_ID, AEAD_ID)


def labeled_extract(suite, salt, label, material):
    return extract(salt, b"HPKE-v1" + suite + label + material)


def labeled_expand(suite, key, label, info, length):
    return expand(key, struct.pack(">H", length) + b"HPKE-v1" + suite + label + info, length)


def public_of(private):
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes(
        serialization.Encoding.Raw, serialization.PublicFormat.Raw
    )


def agree(private, public):
    """X25519; refuses a point of small order, as RFC 9180, 7.1.4 says."""
    try:
        return X25519PrivateKey.from_private_bytes(private).exchange(X25519PublicKey.from_public_bytes(public))
    except ValueError as error:
        raise Refused("a point of small order") from error


def derive_private(material):
    """DeriveKeyPair of 7.1.3: the private half."""
    return labeled_expand(KEM_SUITE, labeled_extract(KEM_SUITE, b"", b"dkp_prk", material), b"sk", b"", 32)


def shared_secret(dh, enc, recipient):
    key = labeled_extract(KEM_SUITE, b"", b"eae_prk", dh)
    return labeled_expand(KEM_SUITE, key, b"shared_secret", enc + recipient, 32)


class Context:
    """The key schedule of 5.1, and what is done with it."""

    def __init__(self, shared, info):
        psk_id_hash = labeled_extract(HPKE_SUITE, b"", b"psk_id_hash", b"")
        info_hash = labeled_extract(HPKE_SUITE, b"", b"info_hash", info)
        self.shared = shared
        self.context = b"\0" + psk_id_hash + info_hash
        self.secret = labeled_extract(HPKE_SUITE, shared, b"secret", b"")
        self.key = labeled_expand(HPKE_SUITE, self.secret, b"key", self.context, 32)
        self.base_nonce = labeled_expand(HPKE_SUITE, self.secret, b"base_nonce", self.context, 12)
        self.exporter_secret = labeled_expand(HPKE_SUITE, self.secret, b"exp", self.context, 32)

    @staticmethod
    def to(recipient, ephemeral, info):
        """(enc, context) of a sender with that ephemeral private key."""
        enc = public_of(ephemeral)
        return enc, Context(shared_secret(agree(ephemeral, recipient), enc, recipient), info)

    @staticmethod
    def by(private, enc, info):
        return Context(shared_secret(agree(private, enc), enc, public_of(private)), info)

    def nonce(self, sequence):
        return bytes(one ^ other for one, other in zip(self.base_nonce, sequence.to_bytes(12, "big")))

    def seal(self, text, aad, sequence=0):
        return ChaCha20Poly1305(self.key).encrypt(self.nonce(sequence), text, aad)

    def open(self, ciphertext, aad, sequence=0):
        return opened(self.key, self.nonce(sequence), ciphertext, aad)

    def export(self, context, length):
        return labeled_expand(HPKE_SUITE, self.exporter_secret, b"sec", context, length)


def opened(key, nonce, ciphertext, aad):
    if len(ciphertext) < TAG_BYTES:
        raise Refused("no tag")
    try:
        return ChaCha20Poly1305(key).decrypt(nonce, ciphertext, aad)
    except InvalidTag as error:
        raise Refused("the tag does not hold") from error


# XChaCha20-Poly1305


def hchacha20(key, nonce):
    state = list(struct.unpack("<16I", b"expand 32-byte k" + key + nonce))

    def quarter(a, b, c, d):
        for to, by, other, bits in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
            state[to] = (state[to] + state[by]) & 0xFFFFFFFF
            mixed = state[other] ^ state[to]
            state[other] = ((mixed << bits) | (mixed >> (32 - bits))) & 0xFFFFFFFF

    for _ in range(10):
        for at in range(4):
            quarter(at, 4 + at, 8 + at, 12 + at)
        for at in range(4):
            quarter(at, 4 + (at + 1) % 4, 8 + (at + 2) % 4, 12 + (at + 3) % 4)
    return struct.pack("<8I", *state[:4], *state[12:])


def xchacha_seal(key, nonce, text, aad):
    return ChaCha20Poly1305(hchacha20(key, nonce[:16])).encrypt(bytes(4) + nonce[16:], text, aad)


def xchacha_open(key, nonce, ciphertext, aad):
    return opened(hchacha20(key, nonce[:16]), bytes(4) + nonce[16:], ciphertext, aad)


# What is encrypted


def write_inner(kind, text):
    message = bytes([kind]) + string(text)
    return message.ljust(next(size for size in SIZES if size >= len(message)), b"\0")


def read_inner(data):
    """(kind, text)"""
    if len(data) not in SIZES:
        raise Refused("another size")
    fields = Fields(data)
    try:
        kind, text = fields.number("B"), fields.string()
    except ValueError as error:  # UnicodeDecodeError is one
        raise Refused("no kind and text") from error
    if any(data[fields.at :]):
        raise Refused("something after the text")
    return kind, text


def bytes_of(body, before):
    """Of base64url; what follows `before` bytes has one of the sizes, and a tag."""
    data = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
    if base64url(data) != body or len(data) - before - TAG_BYTES not in SIZES:
        raise Refused("another length")
    return data


# Direct messages


def direct_aad(author, time, recipient):
    return author + struct.pack("<Q", time) + recipient


def seal_direct(inner, aad, box_key, ephemeral):
    enc, context = Context.to(box_key, ephemeral, DIRECT_INFO)
    return base64url(enc + context.seal(inner, aad))


def open_direct(body, aad, box_secret):
    data = bytes_of(body, 32)
    return read_inner(Context.by(box_secret, data[:32], DIRECT_INFO).open(data[32:], aad))


# Private rooms


class Room:
    """What follows from the secret of a room."""

    def __init__(self, secret):
        self.secret = secret
        self.seed = hkdf(secret, b"dchat.room.sign")
        self.content_key = hkdf(secret, b"dchat.room.key")
        self.private = Ed25519PrivateKey.from_private_bytes(self.seed)
        self.public = self.private.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        self.id = "p." + hashlib.sha256(self.public).hexdigest()[:40]

    def aad(self, author, time):
        return author + struct.pack("<Q", time) + self.id.encode()

    def ciphertext(self, inner, author, time, nonce):
        return xchacha_seal(self.content_key, nonce, inner, self.aad(author, time))

    def seal(self, inner, author, time, nonce):
        sealed = nonce + self.ciphertext(inner, author, time, nonce)
        return base64url(self.public + self.private.sign(room_message(author, time, sealed)) + sealed)

    def open(self, body, author, time):
        data = bytes_of(body, 32 + 64 + NONCE_BYTES)
        key, signature, sealed = data[:32], data[32:96], data[96:]
        if key != self.public:
            raise Refused("the proof is of another room")
        if not holds(key, signature, room_message(author, time, sealed)):
            raise Refused("the proof does not hold")
        return read_inner(xchacha_open(self.content_key, sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], self.aad(author, time)))


def room_message(author, time, sealed):
    return b"dchat.room.v1\0" + author + struct.pack("<Q", time) + sealed


def holds(key, signature, message):
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
        return True
    except (InvalidSignature, ValueError):
        return False


SMALL_ORDER = [
    bytes.fromhex(y)
    for y in (
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    )
]


def is_sound(point):
    """Rules of docs/chat.md, *Post*, for a key and for the R of a signature."""
    y = point[:31] + bytes([point[31] & 0x7F])
    return int.from_bytes(y, "little") < 2**255 - 19 and y not in SMALL_ORDER


def member_message(room, author):
    return b"dchat.member.v1\0" + room.encode() + author


def member_text(identity, room, author):
    return (identity.public + identity.sign(member_message(room, author))).hex()


def member_of(text, room, author):
    if not re.fullmatch("[0-9a-f]{192}", text):
        raise Refused("not 192 digits")
    data = bytes.fromhex(text)
    key, signature = data[:32], data[32:]
    order = 2**252 + 27742317777372353535851937790883648493
    if not is_sound(key) or not is_sound(signature[:32]) or int.from_bytes(signature[32:], "little") >= order:
        raise Refused("a key or signature in another form")
    if not holds(key, signature, member_message(room, author)):
        raise Refused("the signature does not hold")
    return key


def invitation_text(name, secret):
    return "dchat-room:%s:%s" % (name, base64url(secret))


def read_invitation(text):
    """(name, secret)"""
    text = text.strip()
    if not text.startswith("dchat-room:") or text.count(":") < 2:
        raise Refused("no invitation")
    name, secret = text[len("dchat-room:") :].rsplit(":", 1)
    if not 1 <= len(name) <= 64 or re.search("[\0-\x1f\x7f-\x9f\ud800-\udfff]", name):
        raise Refused("no name")
    if not re.fullmatch("[A-Za-z0-9_-]{43}", secret):
        raise Refused("no secret")
    data = base64.urlsafe_b64decode(secret + "=")
    if base64url(data) != secret:
        raise Refused("a secret in another form")
    return name, data


# The vectors


def check_standards(standards):
    """(name, what stands there, what comes out) of each value of those texts; so do the others below."""
    rfc, of = standards["hpke"], lambda name: bytes.fromhex(standards["hpke"][name])
    enc, sender = Context.to(of("pkRm"), of("skEm"), of("info"))
    recipient = Context.by(of("skRm"), of("enc"), of("info"))
    for context in (sender, recipient):
        yield "enc", rfc["enc"], enc
        yield "shared_secret", rfc["shared_secret"], context.shared
        yield "key_schedule_context", rfc["key_schedule_context"], context.context
        for name in ("secret", "key", "base_nonce", "exporter_secret"):
            yield name, rfc[name], getattr(context, name)
        for one in rfc["exports"]:
            exported = context.export(bytes.fromhex(one["exporter_context"]), one["L"])
            yield "export for " + one["exporter_context"], one["exported_value"], exported
    for which in "ER":
        private = derive_private(of("ikm" + which))
        yield "sk%sm" % which, rfc["sk%sm" % which], private
        yield "pk%sm" % which, rfc["pk%sm" % which], public_of(private)
    for one in rfc["encryptions"]:
        sequence, text, aad = one["sequence"], bytes.fromhex(one["pt"]), bytes.fromhex(one["aad"])
        yield "nonce %d" % sequence, one["nonce"], sender.nonce(sequence)
        yield "ct %d" % sequence, one["ct"], sender.seal(text, aad, sequence)
        yield "pt %d" % sequence, one["pt"], recipient.open(bytes.fromhex(one["ct"]), aad, sequence)
    key, nonce, aad, text, sealed = (
        bytes.fromhex(standards["xchacha20poly1305"][name]) for name in ("key", "nonce", "aad", "plaintext", "ciphertext")
    )
    yield "xchacha ciphertext", sealed.hex(), xchacha_seal(key, nonce, text, aad)
    yield "xchacha plaintext", text.hex(), xchacha_open(key, nonce, sealed, aad)


def tried(read, *given):
    """What a reader makes of it; None when it refuses."""
    try:
        return read(*given)
    except Refused:
        return None


def said(vector):
    """What a reader has to make of a vector."""
    return (vector["kind"], vector["text"]) if vector["verdict"] == "opens" else None


def check_inner(vectors):
    for vector in vectors["inner"]:
        data = bytes.fromhex(vector["bytes"])
        yield vector["name"], said(vector), tried(read_inner, data)
        if vector["verdict"] == "opens" and "larger" not in vector:
            yield vector["name"], data.hex(), write_inner(vector["kind"], vector["text"])


def check_direct(vectors, keys):
    for vector in vectors["direct"]:
        name, box_secret = vector["name"], bytes.fromhex(vector["box_secret"])
        aad = direct_aad(keys[vector["author"]], vector["time"], keys[vector["recipient"]])
        yield name, said(vector), tried(open_direct, vector["body"], aad, box_secret)
        if vector["verdict"] != "opens":
            continue
        steps = vector["steps"]
        box_key, ephemeral = public_of(box_secret), derive_private(bytes.fromhex(steps["ephemeral_material"]))
        enc, context = Context.to(box_key, ephemeral, DIRECT_INFO)
        inner = write_inner(vector["kind"], vector["text"])
        made = {
            "box_key": box_key, "ephemeral_material": bytes.fromhex(steps["ephemeral_material"]), "ephemeral_secret": ephemeral,
            "enc": enc, "shared_secret": context.shared, "key_schedule_context": context.context, "secret": context.secret,
            "key": context.key, "base_nonce": context.base_nonce, "inner": inner, "aad": aad, "ciphertext": context.seal(inner, aad),
        }
        yield name, steps, {step: data.hex() for step, data in made.items()}
        yield name, vector["body"], seal_direct(inner, aad, box_key, ephemeral)


def check_rooms(vectors, keys, rooms):
    for vector in vectors["rooms"]:
        room = rooms[vector["name"]]
        made = {"secret": room.secret, "seed": room.seed, "content_key": room.content_key, "public_key": room.public}
        yield vector["name"], vector, {"name": vector["name"], "id": room.id, **{name: data.hex() for name, data in made.items()}}
    for vector in vectors["room_bodies"]:
        name, room, author, time = vector["name"], rooms[vector["room"]], keys[vector["author"]], vector["time"]
        yield name, said(vector), tried(room.open, vector["body"], author, time)
        if vector["verdict"] != "opens":
            continue
        steps = vector["steps"]
        nonce, inner = bytes.fromhex(steps["nonce"]), write_inner(vector["kind"], vector["text"])
        ciphertext = room.ciphertext(inner, author, time, nonce)
        message = room_message(author, time, nonce + ciphertext)
        made = {
            "inner": inner, "aad": room.aad(author, time), "message": message, "public_key": room.public,
            "signature": room.private.sign(message), "nonce": nonce, "ciphertext": ciphertext,
        }
        yield name, steps, {step: data.hex() for step, data in made.items()}
        yield name, vector["body"], room.seal(inner, author, time, nonce)


def check_posts(vectors, rooms):
    for vector in vectors["posts"]:
        of, data = vectors[vector["of"]][0], bytes.fromhex(vector["post"])
        room, kind = ("_dm", DIRECT) if vector["of"] == "direct" else (rooms[of["room"]].id, PRIVATE)
        post = write_post(Key("dchat test key " + of["author"]), room, kind, of["time"], of["body"])
        yield vector["name"], vector["post"], post.data
        yield vector["name"], vector["id"], Post(data).id
        yield vector["name"], of["body"], Post(data).body


def check_members(vectors, keys, rooms):
    for vector in vectors["members"]:
        room, author = rooms[vector["room"]].id, keys[vector["author"]]
        yield vector["name"], keys.get(vector.get("identity")), tried(member_of, vector["text"], room, author)
        if vector["verdict"] == "opens":
            yield vector["name"], vector["message"], member_message(room, author)
            yield vector["name"], vector["text"], member_text(Key("dchat test key " + vector["identity"]), room, author)


def check_invitations(vectors):
    for vector in vectors["invitations"]:
        expected = (vector["room"], bytes.fromhex(vector["secret"])) if vector["verdict"] == "opens" else None
        yield vector["name"], expected, tried(read_invitation, vector["text"])
        if expected is not None:
            yield vector["name"], vector["text"], invitation_text(*expected)


def check(vectors, standards):
    keys = {name: Key("dchat test key " + name).public for name in vectors["keys"]}
    rooms = {vector["name"]: Room(bytes.fromhex(vector["secret"])) for vector in vectors["rooms"]}
    yield from (("standards", *one) for one in check_standards(standards))
    yield from (("keys", name, vectors["keys"][name], key) for name, key in keys.items())
    yield from (("inner", *one) for one in check_inner(vectors))
    yield from (("direct", *one) for one in check_direct(vectors, keys))
    yield from (("rooms", *one) for one in check_rooms(vectors, keys, rooms))
    yield from (("posts", *one) for one in check_posts(vectors, rooms))
    yield from (("members", *one) for one in check_members(vectors, keys, rooms))
    yield from (("invitations", *one) for one in check_invitations(vectors))


def plain(value):
    return value.hex() if isinstance(value, bytes) else value


def main(paths):
    vectors, standards = (json.load(open(path, encoding="utf-8")) for path in paths)
    compared = [(part, name, plain(expected), plain(got)) for part, name, expected, got in check(vectors, standards)]
    differences = [{"part": part, "name": name, "got": repr(got)} for part, name, expected, got in compared if expected != got]
    print(json.dumps({"compared": len(compared), "differences": differences}))


if __name__ == "__main__":
    main(sys.argv[1:])
