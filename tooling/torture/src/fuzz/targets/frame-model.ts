/** What a stream of frames says, by the plainest reading of docs/wire.md, *Frame*: the whole of it is looked at, at once. */
import { isUtf8 } from 'node:buffer'

export interface FrameRules {
  readonly magic: Uint8Array
  /** Commands that are taken, and the most bytes of a payload of each. */
  readonly taken: ReadonlyMap<string, number>
  /** Whether what is not wanted is skipped instead of refused. */
  readonly isErrand: boolean
}

export interface FramesSaid {
  /** `command payload`, as Latin-1, of each frame that is taken. */
  readonly heard: readonly string[]
  /** The code of what ends the stream; `open` when nothing does. */
  readonly end: string
}

const SKIP_MAX_BYTES = 16 * 1024 * 1024
const COMMAND_MAX_BYTES = 255

/** A VarInt, and where it ends: undefined when it is not whole, `long` for a longer form than it needs. */
type Length = { value: bigint; end: number } | 'long' | undefined

export function framesSaid(bytes: Buffer, rules: FrameRules): FramesSaid {
  const heard: string[] = []
  for (let at = 0; at < bytes.length;) {
    const frame = frameAt(bytes, at, rules)
    if (typeof frame === 'string') return { heard, end: frame }
    if (frame.isTaken) heard.push(`${frame.command} ${bytes.toString('latin1', frame.start, frame.end)}`)
    at = frame.end
  }
  return { heard, end: 'open' }
}

interface Frame {
  readonly command: string
  readonly isTaken: boolean
  readonly start: number
  readonly end: number
}

function frameAt(bytes: Buffer, at: number, rules: FrameRules): Frame | string {
  const { magic } = rules
  const head = bytes.subarray(at, at + magic.length)
  if (!head.every((byte, index) => byte === magic[index])) return 'NET_BAD_MAGIC'
  const name = lengthAt(bytes, at + magic.length)
  if (name === undefined) return 'open'
  if (name === 'long') return 'NET_COMMAND_MALFORMED'
  if (name.value > COMMAND_MAX_BYTES) return 'NET_COMMAND_TOO_LONG'
  const nameEnd = name.end + Number(name.value)
  const payload = lengthAt(bytes, nameEnd)
  if (payload === undefined) return 'open'
  if (payload === 'long') return 'NET_COMMAND_MALFORMED'
  const command = bytes.subarray(name.end, nameEnd)
  const verdict = verdictOn(command, payload.value, rules)
  if (verdict !== 'taken' && verdict !== 'skipped') return verdict
  const end = payload.end + Number(payload.value)
  if (end > bytes.length) return 'open'
  return { command: command.toString(), isTaken: verdict === 'taken', start: payload.end, end }
}

function verdictOn(command: Buffer, length: bigint, { taken, isErrand }: FrameRules): string {
  const maxBytes = isUtf8(command) ? taken.get(command.toString()) : undefined
  if (maxBytes === undefined) {
    if (!isUtf8(command)) return 'NET_COMMAND_MALFORMED'
    if (!isErrand) return 'NET_UNKNOWN_COMMAND'
  } else if (length <= maxBytes) return 'taken'
  else if (!isErrand) return 'NET_MESSAGE_TOO_LARGE'
  return length > SKIP_MAX_BYTES ? 'NET_FRAME_TOO_LARGE' : 'skipped'
}

function lengthAt(bytes: Buffer, at: number): Length {
  const first = bytes[at]
  if (first === undefined) return undefined
  const width = [2, 4, 8][first - 0xfd]
  if (width === undefined) return { value: BigInt(first), end: at + 1 }
  const end = at + 1 + width
  if (end > bytes.length) return undefined
  const value = bytes.subarray(at + 1, end).reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n)
  return value <= [0xfcn, 0xffffn, 0xffff_ffffn][first - 0xfd]! ? 'long' : { value, end }
}
