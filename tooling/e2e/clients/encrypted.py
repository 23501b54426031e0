"""Encrypted kinds of docs/chat.md (direct messages, private rooms), written from that page, RFC 9180 (base mode, single shot) and
draft-irtf-cfrg-xchacha-03, on the primitives of python3-cryptography alone."""

import base64
import hashlib
import hmac
import os
import struct

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

from posts_wire import DIRECT, PRIVATE, Fields, Key, base64url, string, write_post

INNER_TEXT, INNER_ACTION, INNER_TOPIC, INNER_RETRACT, INNER_MEMBER, INNER_REKEY = 0, 1, 3, 4, 32, 33
INNER_SIZES = (256, 1024, 4096)
DIRECT_ROOM = "_dm"


def raw(public):
    return public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def from_base64url(text):
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if base64url(data) != text:
        raise ValueError("not the one way to write these bytes in base64url")
    return data


# Inner message


def encode_inner(kind, text):
    content = bytes([kind]) + string(text)
    size = next((size for size in INNER_SIZES if len(content) <= size), None)
    if size is None:
        raise ValueError("an inner message of %d bytes" % len(content))
    return content.ljust(size, b"\0")


def decode_inner(data):
    if len(data) not in INNER_SIZES:
        raise ValueError("an inner message of %d bytes" % len(data))
    fields = Fields(data)
    kind, text = fields.number("B"), fields.string()
    if data[fields.at :].strip(b"\0"):
        raise ValueError("padding that is not zero")
    return kind, text


# HPKE: RFC 9180, mode_base, DHKEM(X25519, HKDF-SHA256) 0x0020, HKDF-SHA256 0x0001, ChaCha20Poly1305 0x0003

KEM_SUITE = b"KEM" + struct.pack(">H", 0x0020)
HPKE_SUITE = b"HPKE" + struct.pack(">HHH", 0x0020, 0x0001, 0x0003)
MODE_BASE = b"\0"


def labeled_extract(suite, salt, label, material):
    return hmac.new(salt or bytes(32), b"HPKE-v1" + suite + label + material, hashlib.sha256).digest()


def labeled_expand(suite, key, label, info, length):
    labeled = struct.pack(">H", length) + b"HPKE-v1" + suite + label + info
    return HKDFExpand(algorithm=hashes.SHA256(), length=length, info=labeled).derive(key)


def kem_secret(shared, context):
    """ExtractAndExpand, section 4.1."""
    return labeled_expand(KEM_SUITE, labeled_extract(KEM_SUITE, b"", b"eae_prk", shared), b"shared_secret", context, 32)


def key_schedule(secret, info):
    """Section 5.1: the AEAD key and its base nonce, which is the nonce of the first message."""
    hashed_id = labeled_extract(HPKE_SUITE, b"", b"psk_id_hash", b"")
    hashed_info = labeled_extract(HPKE_SUITE, b"", b"info_hash", info)
    context = MODE_BASE + hashed_id + hashed_info
    schedule = labeled_extract(HPKE_SUITE, secret, b"secret", b"")
    return labeled_expand(HPKE_SUITE, schedule, b"key", context, 32), labeled_expand(HPKE_SUITE, schedule, b"base_nonce", context, 12)


def hpke_seal(public, info, aad, plain, ephemeral=None):
    """enc ‖ ciphertext."""
    own = ephemeral or X25519PrivateKey.generate()
    enc = raw(own.public_key())
    secret = kem_secret(own.exchange(X25519PublicKey.from_public_bytes(public)), enc + public)
    key, nonce = key_schedule(secret, info)
    return enc + ChaCha20Poly1305(key).encrypt(nonce, plain, aad)


def hpke_open(private, info, aad, sealed):
    enc = sealed[:32]
    secret = kem_secret(private.exchange(X25519PublicKey.from_public_bytes(enc)), enc + raw(private.public_key()))
    key, nonce = key_schedule(secret, info)
    return ChaCha20Poly1305(key).decrypt(nonce, sealed[32:], aad)


# XChaCha20-Poly1305


def hchacha20(key, nonce):
    """A ChaCha20 block before its input is added: what the library's block holds less that input. Words 0 to 3 and 12 to 15."""
    block = Cipher(algorithms.ChaCha20(key, nonce), mode=None).encryptor().update(bytes(64))
    state = struct.unpack("<16I", b"expand 32-byte k" + key + nonce)
    words = [(word - put) % 2**32 for word, put in zip(struct.unpack("<16I", block), state)]
    return struct.pack("<8I", *words[:4], *words[12:])


def xchacha(key, nonce):
    return ChaCha20Poly1305(hchacha20(key, nonce[:16])), bytes(4) + nonce[16:]


# Direct messages


class BoxKey:
    """An X25519 key that follows from a text."""

    def __init__(self, seed):
        self.private = X25519PrivateKey.from_private_bytes(hashlib.sha256(b"box " + seed.encode()).digest())
        self.public = raw(self.private.public_key())


def direct_aad(author, time, recipient):
    return author + struct.pack("<Q", time) + recipient


def write_direct(author, time, recipient, box_public, kind, text):
    """A post of kind 16 to `recipient`. @param author a Key"""
    sealed = hpke_seal(box_public, b"dchat.dm.v1", direct_aad(author.public, time, recipient), encode_inner(kind, text))
    return write_post(author, DIRECT_ROOM, DIRECT, time, base64url(sealed))


def read_direct(post, recipient, box_keys):
    """(kind, text) of a post of kind 16, None where no key opens it."""
    sealed = from_base64url(post.body)
    for key in box_keys:
        try:
            return decode_inner(hpke_open(key.private, b"dchat.dm.v1", direct_aad(post.author, post.time, recipient), sealed))
        except (InvalidTag, ValueError):
            pass
    return None


# Private rooms


class PrivateRoom:
    """What follows from a secret, and the key that its member writes with."""

    def __init__(self, name, secret, author):
        if len(secret) != 32:
            raise ValueError("a secret of %d bytes" % len(secret))
        self.name, self.secret, self.author = name, secret, author
        self.signer = Ed25519PrivateKey.from_private_bytes(self.derive(b"dchat.room.sign"))
        self.content_key = self.derive(b"dchat.room.key")
        self.public = raw(self.signer.public_key())
        self.id = "p." + hashlib.sha256(self.public).hexdigest()[:40]

    def derive(self, info):
        return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=info).derive(self.secret)

    @staticmethod
    def invited(invitation, author):
        prefix, rest = invitation.split(":", 1)
        name, secret = rest.rsplit(":", 1)
        if prefix != "dchat-room" or not name:
            raise ValueError("no invitation")
        return PrivateRoom(name, from_base64url(secret), author)

    @property
    def invitation(self):
        return "dchat-room:%s:%s" % (self.name, base64url(self.secret))

    def write(self, time, kind, text):
        """A post of kind 17."""
        nonce = os.urandom(24)
        cipher, short = xchacha(self.content_key, nonce)
        aad = self.author.public + struct.pack("<Q", time) + self.id.encode()
        ciphertext = cipher.encrypt(short, encode_inner(kind, text), aad)
        signed = b"dchat.room.v1\0" + self.author.public + struct.pack("<Q", time) + nonce + ciphertext
        return write_post(self.author, self.id, PRIVATE, time, base64url(self.public + self.signer.sign(signed) + nonce + ciphertext))

    def read(self, post):
        """(kind, text) of a post. @raise where it is not one of this room, whole and by its rules"""
        body = from_base64url(post.body)
        public, signature, nonce, ciphertext = body[:32], body[32:96], body[96:120], body[120:]
        if public != self.public or post.room != self.id:
            raise ValueError("of another room")
        Ed25519PublicKey.from_public_bytes(public).verify(
            signature, b"dchat.room.v1\0" + post.author + struct.pack("<Q", post.time) + nonce + ciphertext
        )
        cipher, short = xchacha(self.content_key, nonce)
        return decode_inner(cipher.decrypt(short, ciphertext, post.author + struct.pack("<Q", post.time) + self.id.encode()))

    def certificate(self, identity):
        """The text of kind 32: `identity` vouches for this room's author key."""
        return (identity.public + identity.sign(self.member_context(self.author.public))).hex()

    def vouched(self, text, author):
        """The identity that a text of kind 32 by `author` names, None where its signature does not hold."""
        data = bytes.fromhex(text)
        if len(data) != 96 or data.hex() != text:
            return None
        try:
            Ed25519PublicKey.from_public_bytes(data[:32]).verify(data[32:], self.member_context(author))
        except InvalidSignature:
            return None
        return data[:32]

    def member_context(self, author):
        return b"dchat.member.v1\0" + self.id.encode() + author


def room_author(room_secret, seed):
    """The key that a peer named `seed` makes for one room."""
    return Key("%s in %s" % (seed, room_secret.hex()))
