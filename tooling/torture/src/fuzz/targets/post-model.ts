/** Which byte strings are posts, by the plainest reading of docs/chat.md: *Post*, *Rooms by kind*, *Bodies*. Points of the curve are left to others. */
import { hash } from 'node:crypto'
import { isUtf8 } from 'node:buffer'

const KEY = 32
const ID = 32
const SIGNATURE = 64
const BODY_MAX = 8_192
/** Of a body of kind 17: room key, signature, nonce, and a ciphertext of no text. */
const ROOM_BODY_MIN = 32 + 64 + 24 + 16

/** Takes a post apart, front to back. Each answers undefined when it is not there in its one form. */
class Parts {
  readonly #bytes: Buffer
  at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  take(length: number): Buffer | undefined {
    if (this.at + length > this.#bytes.length) return undefined
    this.at += length
    return this.#bytes.subarray(this.at - length, this.at)
  }

  /** A VarInt of at most 3 bytes: no field of a post has a longer one. */
  varInt(): number | undefined {
    const first = this.take(1)?.[0]
    if (first === undefined || first < 0xfd) return first
    const two = first === 0xfd ? this.take(2)?.readUInt16LE() : undefined
    return two !== undefined && two >= 0xfd ? two : undefined
  }

  string(maxBytes: number): string | undefined {
    const length = this.varInt()
    const bytes = length === undefined || length > maxBytes ? undefined : this.take(length)
    return bytes !== undefined && isUtf8(bytes) ? bytes.toString() : undefined
  }
}

/** Whether all but the points of the curve is as it has to be. */
export function isPost(bytes: Buffer): boolean {
  const parts = new Parts(bytes)
  if (parts.take(1)?.[0] !== 1 || parts.take(KEY) === undefined) return false
  const room = parts.string(64)
  const kind = parts.take(1)?.[0]
  if (room === undefined || kind === undefined || !takes(room, kind)) return false
  if (parts.take(8) === undefined) return false
  const parents = parts.varInt()
  if (parents === undefined || parents > 8 || parts.take(parents * ID) === undefined) return false
  const body = parts.string(BODY_MAX)
  if (body === undefined || !isBody(body, { room, kind })) return false
  return parts.take(SIGNATURE) !== undefined && parts.at === bytes.length
}

function takes(room: string, kind: number): boolean {
  if (kind === 2 || kind === 5) return room === ''
  if (kind === 16) return room === '_dm'
  if (kind === 17) return /^p\.[0-9a-f]{40}$/.test(room)
  return /^[a-z0-9.-][a-z0-9._-]{0,63}$/.test(room) && !room.startsWith('p.')
}

function isBody(body: string, { room, kind }: { readonly room: string; readonly kind: number }): boolean {
  const scalars = Array.from(body)
  if (kind === 2) return scalars.length >= 1 && scalars.length <= 32 && scalars.every((each) => !isControl(each.codePointAt(0)!))
  if (kind === 4 || kind === 5) return /^[0-9a-f]{64}$/.test(body)
  if (kind !== 16 && kind !== 17) return true
  const bytes = Buffer.from(body, 'base64url')
  if (bytes.toString('base64url') !== body) return false
  if (kind === 16) return true
  return bytes.length >= ROOM_BODY_MIN && room === `p.${hash('sha256', bytes.subarray(0, KEY), 'hex').slice(0, 40)}`
}

function isControl(code: number): boolean {
  return code <= 0x1f || (code >= 0x7f && code <= 0x9f)
}
