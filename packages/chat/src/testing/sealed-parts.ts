/** Parts of encrypted kinds as anybody may make them, right or wrong: an encoder of its own, as a fault of the product's must not hide. */
import { hash } from 'node:crypto'
import { SeededSigner } from './seeded-signer.ts'

export type Hex = string
/** Of what is right, and of what is not: the second says nothing to anybody. */
export type Verdict = 'opens' | 'refused'

export const NAMES = ['ann', 'bob', 'eve', 'ann in the garden', 'bob in the garden'] as const
export type KeyName = (typeof NAMES)[number]
export const KEYS = Object.fromEntries(NAMES.map((name) => [name, new SeededSigner(name)])) as Record<KeyName, SeededSigner>

export const TIME = 1_795_000_000_123
export const HELLO = { kind: 0, text: 'hello' } as const

/** 32 bytes that would be random, and follow from a name. */
export function secretOf(name: string): Buffer {
  return hash('sha256', `dchat test secret ${name}`, 'buffer')
}

export function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(value))
  return bytes
}

/** An inner message; `size` and `text` may be wrong. @default size the smallest of the three that holds it */
export function inner(kind: number, text: string | Buffer, size?: number): Buffer {
  const bytes = Buffer.from(text)
  const prefix = bytes.length < 0xfd ? Buffer.of(bytes.length) : Buffer.of(0xfd, bytes.length & 0xff, bytes.length >> 8)
  const message = Buffer.concat([Buffer.of(kind), prefix, bytes])
  return Buffer.concat([message, Buffer.alloc(4096)], size ?? [256, 1024, 4096].find((one) => one >= message.length))
}

/** The bytes with some bits of one turned over. @param at counted from the end when negative */
export function turned(bytes: Buffer, at: number, bits = 1): Buffer {
  const changed = Buffer.from(bytes)
  changed[at < 0 ? at + changed.length : at]! ^= bits
  return changed
}

/** A body whose bytes are changed. */
export function changedBody(body: string, change: (bytes: Buffer) => Buffer): string {
  return change(Buffer.from(body, 'base64url')).toString('base64url')
}

export function hexOf(parts: Readonly<Record<string, Buffer>>): Record<string, Hex> {
  return Object.fromEntries(Object.entries(parts).map(([name, bytes]) => [name, bytes.toString('hex')]))
}

/** Inner messages that nobody should make, by what is wrong with them. */
export const BAD_INNER: readonly (readonly [string, Buffer])[] = [
  ['of 255 bytes', inner(0, 'hello', 255)],
  ['of 257 bytes', inner(0, 'hello', 257)],
  ['of 512 bytes', inner(0, 'hello', 512)],
  ['of no bytes', Buffer.alloc(0)],
  ['with something in its last byte', turned(inner(0, 'hello'), -1)],
  ['with something right after its text', turned(inner(0, 'hello'), 7)],
  ['with a text that is no UTF-8', inner(0, Buffer.of(0xff))],
  ['with a text cut in a character', inner(0, Buffer.from('e697', 'hex'))],
  ['with a surrogate', inner(0, Buffer.from('eda080', 'hex'))],
  ['with a text longer than itself', Buffer.concat([Buffer.from('00fdff00', 'hex'), Buffer.alloc(252)])],
  ['with a VarInt of 3 bytes for a text of 5', Buffer.concat([Buffer.from('00fd050068656c6c6f', 'hex'), Buffer.alloc(247)])],
]
