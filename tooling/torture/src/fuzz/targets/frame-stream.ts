/** Frames as a channel reads them. Wire: docs/wire.md, *Frame*. */
import { crc32 } from 'node:zlib'
import { NetError, isNetError } from '@dchat/net'
import { PacketReader, TRANSCRIPT_MESSAGES } from '@dchat/net/internal'
import { MAGIC, rawFrame } from '@dchat/net/testing'
import { SeededRandom } from '@dchat/system'
import type { Random } from '@dchat/system'
import { TAKEN, must } from '../fuzz-target.ts'
import type { FuzzTarget } from '../fuzz-target.ts'
import { recordedConversations } from '../recorded-bytes.ts'
import { framesSaid } from './frame-model.ts'
import type { FramesSaid } from './frame-model.ts'

/** Held beyond what has come: docs/limits.md, PAYLOAD_FIRST_BUFFER_BYTES. */
const HELD_BEYOND = 16_384

const TARGETS = TRANSCRIPT_MESSAGES.map(({ name, commandBytes, maxBytes }) => ({ name, commandBytes, maxBytes }))
const TAKEN_COMMANDS = new Map(TARGETS.map(({ name, maxBytes }) => [name, maxBytes]))

/** A reader with the rules of a channel, and what it has told. */
class Listener {
  readonly heard: string[] = []
  readonly #isErrand: boolean
  readonly #reader: PacketReader<(typeof TARGETS)[number]>
  readonly #random: Random
  #received = 0

  constructor(isErrand: boolean, random: Random) {
    this.#isErrand = isErrand
    this.#random = random
    this.#reader = new PacketReader(MAGIC, {
      targets: TARGETS,
      unknown: (command) => this.#unknown(command),
      open: ({ name, maxBytes }, length) => this.#fits(name, maxBytes, length),
      deliver: ({ name }, bytes, { start, end }) => {
        this.heard.push(`${name} ${bytes.toString('latin1', start, end)}`)
        return this.#random.int(8) > 0
      },
    })
  }

  take(chunk: Buffer): void {
    this.#received += chunk.length
    let isOpen = this.#reader.push(chunk)
    while (!isOpen) isOpen = this.#reader.resume()
    must(
      this.#reader.heldBytes <= this.#received + HELD_BEYOND,
      () => `holds ${this.#reader.heldBytes} of ${this.#received} bytes`,
    )
  }

  #unknown(command: string): void {
    if (!this.#isErrand) throw new NetError('NET_UNKNOWN_COMMAND', { command }, { fault: 'peer' })
  }

  #fits(command: string, maxBytes: number, length: number): boolean {
    if (length > maxBytes && !this.#isErrand) {
      throw new NetError('NET_MESSAGE_TOO_LARGE', { command, length, maxBytes }, { fault: 'peer' })
    }
    return length <= maxBytes
  }
}

/** What a reader makes of the stream when it comes in pieces. */
function read(input: Buffer, isErrand: boolean, pieceOf: (random: Random) => number): FramesSaid {
  const random = new SeededRandom(crc32(input))
  const listener = new Listener(isErrand, random)
  try {
    for (let at = 0; at < input.length;) {
      const end = at + pieceOf(random)
      // A chunk that ends where its bytes do: what is read beyond it is not there.
      listener.take(Buffer.from(input.subarray(at, end)))
      at = end
    }
    return { heard: listener.heard, end: 'open' }
  } catch (error) {
    if (!isNetError(error) || error.fault !== 'peer') throw error
    return { heard: listener.heard, end: error.code }
  }
}

const WHOLE = (): number => Number.MAX_SAFE_INTEGER
const ANYWHERE = (random: Random): number => 1 + random.int(random.int(3) === 0 ? 3 : 200)

export const FRAME_STREAM: FuzzTarget = {
  name: 'frame-stream',
  share: 20,
  maxBytes: 100_000,
  pieces: [
    Buffer.from(MAGIC),
    ...['ping', 'addr', 'DchatMsg', 'post'].map((command) => rawFrame({ command })),
    rawFrame({ command: 'ping', payload: Buffer.of(1, 2) }),
    ...['fdfc00', 'fdfd00', 'feffff0000', 'ff0000000000000010', 'ffffffffffffffffff', '00', 'fc', 'ff'].map((hex) =>
      Buffer.from(hex, 'hex'),
    ),
  ],
  seeds: () => {
    const conversations = recordedConversations()
    const whole = conversations.map((frames) => Buffer.concat(frames.map(({ bytes }) => bytes)))
    return [...whole, ...conversations.flatMap((frames) => frames.map(({ bytes }) => bytes))]
  },
  open: () => ({
    tryOut: (input) => {
      const isErrand = crc32(input) % 4 === 0
      const wanted = framesSaid(input, { magic: MAGIC, taken: TAKEN_COMMANDS, isErrand })
      for (const pieceOf of [WHOLE, ANYWHERE]) {
        const said = read(input, isErrand, pieceOf)
        must(said.end === wanted.end, () => `ends with ${said.end}, not ${wanted.end}`)
        must(
          said.heard.join('\n') === wanted.heard.join('\n'),
          () => `hears ${said.heard.length} frames, not ${wanted.heard.length}`,
        )
      }
      return `${wanted.heard.length > 0 ? TAKEN : 'nothing'} ${Math.min(wanted.heard.length, 20)}, ${wanted.end}`
    },
  }),
}
