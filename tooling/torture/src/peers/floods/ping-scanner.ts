/** Finds pings in what a node sends, and keeps nothing else: a flooder is answered with more than it could keep. Wire: docs/wire.md, *Frame*. */

const MAGIC_BYTES = 4
/** Of a payload: a ping has two bytes, a verack some thirty. */
const KEPT_BYTES = 64

export class PingScanner {
  readonly #onFrame: (command: string, payload: Buffer) => void
  #rest: Buffer = Buffer.alloc(0)
  /** Of the payload under way. */
  #toSkip = 0

  /** @param onFrame hears each command, with the whole payload where it has at most 64 bytes, else with its beginning */
  constructor(onFrame: (command: string, payload: Buffer) => void) {
    this.#onFrame = onFrame
  }

  push(chunk: Buffer): void {
    const skipped = Math.min(this.#toSkip, chunk.length)
    this.#toSkip -= skipped
    const fresh = chunk.subarray(skipped)
    const bytes = this.#rest.length === 0 ? fresh : Buffer.concat([this.#rest, fresh])
    let at = 0
    while (at < bytes.length) {
      const next = this.#takeFrame(bytes, at)
      if (next === undefined) break
      at = next
    }
    this.#rest = Buffer.from(bytes.subarray(at))
  }

  /** @returns where what follows begins; undefined when too little has come */
  #takeFrame(bytes: Buffer, at: number): number | undefined {
    const commandAt = at + MAGIC_BYTES + 1
    if (commandAt >= bytes.length) return undefined
    const commandEnd = commandAt + bytes[commandAt - 1]!
    const first = bytes[commandEnd]
    if (first === undefined) return undefined
    const width = first === 0xfd ? 2 : first === 0xfe ? 4 : 0
    const start = commandEnd + 1 + width
    if (start > bytes.length) return undefined
    const length = width === 0 ? first : bytes.readUIntLE(commandEnd + 1, width)
    const kept = Math.min(length, KEPT_BYTES)
    if (start + kept > bytes.length) return undefined
    this.#onFrame(bytes.toString('latin1', commandAt, commandEnd), bytes.subarray(start, start + kept))
    const end = start + length
    if (end <= bytes.length) return end
    this.#toSkip = end - bytes.length
    return bytes.length
  }
}
