/**
 * What a node of the reference takes, and what it bans for: written from docs/wire.md alone, so that a mistake that our node makes in
 * reading and writing alike shows here. Wire: docs/wire.md, *Codec*, *Frame* and *Core messages*.
 */

/** What it does about something. Both end the connection. */
export interface Verdict {
  readonly does: 'ban' | 'close'
  readonly why: string
}

export interface CommandRule {
  readonly maxBytes: number
  readonly score: number
  /** 0: not metered. */
  readonly threshold: number
  /** Reads the whole payload. @throws {Undecodable} */
  readonly read: (fields: FieldReader) => void
}

/** A payload is not what the command says. */
export class Undecodable extends Error {
  override readonly name = 'Undecodable'
}

/** Entries of metering live so long. */
export const METERING_EXPIRY_MS = 10_000

const OWN_APP = 'dchatd'
const OWN_VERSION = '0.4'
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Reads the types of the codec, each byte once. */
export class FieldReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get rest(): number {
    return this.#bytes.length - this.#at
  }

  take(length: number): Buffer {
    if (length > this.rest) throw new Undecodable(`${length} bytes are wanted where ${this.rest} are left`)
    this.#at += length
    return this.#bytes.subarray(this.#at - length, this.#at)
  }

  u64(): bigint {
    return this.take(8).readBigUInt64LE()
  }

  /** Non-minimal forms are an error. */
  varInt(): number {
    const first = this.take(1)[0]!
    if (first <= 0xfc) return first
    const width = { 0xfd: 2, 0xfe: 4, 0xff: 8 }[first]!
    const value = this.take(width).reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n)
    const least = { 2: 0xfdn, 4: 0x1_0000n, 8: 0x1_0000_0000n }[width]!
    if (value < least) throw new Undecodable(`a VarInt of ${width} bytes for ${value}`)
    return Number(value)
  }

  string(): string {
    const bytes = this.take(this.varInt())
    try {
      return UTF8.decode(bytes)
    } catch {
      throw new Undecodable(`no UTF-8: ${bytes.toString('hex')}`)
    }
  }

  url(): void {
    const text = this.string()
    if (!URL.canParse(text) || !/^[a-z0-9+]+:\/\/./.test(text)) throw new Undecodable(`no URL: ${text}`)
  }

  list(read: () => void): void {
    for (let left = this.varInt(); left > 0; left -= 1) read()
  }

  /** `0.4.1`; pre-release and build are read. */
  semver(): string {
    const numbers = [this.u64(), this.u64(), this.u64()]
    this.string()
    this.string()
    return numbers.join('.')
  }
}

const control = (maxBytes: number, threshold: number, read: CommandRule['read']): CommandRule => ({
  maxBytes,
  score: 1,
  threshold,
  read,
})

/** Every command that a node of the reference has a dispatcher for, on a channel to a peer. */
export const COMMAND_RULES: ReadonlyMap<string, CommandRule> = new Map([
  ['version', control(2_043, 4, readVersion)],
  ['verack', control(128, 4, readVerack)],
  ['ping', control(2, 4, readNonce)],
  ['pong', control(2, 4, readNonce)],
  ['getaddr', control(57, 6, readGetaddr)],
  ['addr', control(65_281, 6, readAddr)],
  ['DchatMsg', { maxBytes: Infinity, score: 0, threshold: 0, read: (fields) => void fields.string() }],
])

/** More live score than this, of all commands of a channel together, is a flood. */
export const SCORE_MAX: number = [...COMMAND_RULES.values()].reduce((sum, { threshold }) => sum + threshold, 0)

/** The whole payload of a command, to its last byte. @throws {Undecodable} */
export function readPayload(rule: CommandRule, payload: Buffer): void {
  const fields = new FieldReader(payload)
  rule.read(fields)
  if (fields.rest > 0) throw new Undecodable(`${fields.rest} bytes are left over`)
}

function readVersion(fields: FieldReader): void {
  fields.string()
  fields.string()
  fields.semver()
  fields.u64()
  fields.url()
  if (fields.take(1)[0] !== 0) fields.url()
  fields.list(() => fields.url())
  fields.list(() => {
    fields.string()
    fields.take(4)
  })
}

function readVerack(fields: FieldReader): void {
  const version = fields.semver()
  const name = fields.string()
  if (name !== OWN_APP || !version.startsWith(`${OWN_VERSION}.`)) throw new Undecodable(`a verack of ${name} ${version}`)
}

function readNonce(fields: FieldReader): void {
  fields.take(2)
}

/** A huge `max` has a node of the reference allocate until it dies. */
function readGetaddr(fields: FieldReader): void {
  const max = fields.take(4).readUInt32LE()
  if (max > 255) throw new Undecodable(`a getaddr for ${max}`)
  fields.list(() => fields.string())
}

function readAddr(fields: FieldReader): void {
  fields.list(() => {
    fields.url()
    fields.u64()
  })
}
