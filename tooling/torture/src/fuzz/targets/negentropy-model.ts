/** Which byte strings are frames of Negentropy, by the plainest reading of docs/chat.md. */

const MAX = BigInt(Number.MAX_SAFE_INTEGER)
const VARINT_MAX_BYTES = 8

/** Where a bound lies: seconds, and an id with the missing bytes as 0, in hex. */
interface Place {
  readonly seconds: bigint | 'infinity'
  readonly id: string
}

class Cursor {
  readonly #frame: Buffer
  at = 1

  constructor(frame: Buffer) {
    this.#frame = frame
  }

  take(length: bigint): Buffer | undefined {
    if (length > BigInt(this.#frame.length - this.at)) return undefined
    this.at += Number(length)
    return this.#frame.subarray(this.at - Number(length), this.at)
  }

  varint(): bigint | undefined {
    let value = 0n
    for (let bytes = 1; bytes <= VARINT_MAX_BYTES; bytes += 1) {
      const byte = this.take(1n)?.[0]
      if (byte === undefined || (bytes === 1 && byte === 0x80)) return undefined
      value = value * 128n + BigInt(byte & 0x7f)
      if (byte < 0x80) return value <= MAX ? value : undefined
    }
    return undefined
  }

  bound(below: Place): Place | undefined {
    const code = this.varint()
    const length = this.varint()
    const id = length === undefined || length > 32n ? undefined : this.take(length)
    if (code === undefined || id === undefined) return undefined
    if (code === 0n) return { seconds: 'infinity', id: '' }
    if (below.seconds === 'infinity') return undefined
    const place = { seconds: below.seconds + code - 1n, id: id.toString('hex').padEnd(64, '0') }
    if (place.seconds > MAX) return undefined
    return place.seconds === below.seconds && place.id < below.id ? undefined : place
  }

  payload(): boolean {
    const mode = this.varint()
    if (mode === 0n) return true
    if (mode === 1n) return this.take(16n) !== undefined
    const count = mode === 2n ? this.varint() : undefined
    return count !== undefined && this.take(count * 32n) !== undefined
  }
}

/** Whether a frame of our version holds whole ranges in order, at most `maxRanges`. */
export function isFrame(frame: Buffer, maxRanges: number): boolean {
  const cursor = new Cursor(frame)
  let place: Place = { seconds: 0n, id: '0'.repeat(64) }
  for (let ranges = 1; cursor.at < frame.length; ranges += 1) {
    const bound = ranges > maxRanges ? undefined : cursor.bound(place)
    if (bound === undefined || !cursor.payload()) return false
    place = bound
  }
  return true
}
