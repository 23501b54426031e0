/** The bytes of one marked paste until its end, however they are cut. Holds at most MAX_PASTE_BYTES of them. */
import { MAX_PASTE_BYTES } from '../limits.ts'

const END = Buffer.from('\u001b[201~')

export class PasteCollector {
  readonly #pieces: Uint8Array[] = []
  #length = 0
  #isCut = false
  /** Bytes of the end mark that stood at the end of the last chunk. */
  #matched = 0

  /** Takes from `chunk`, from `from` on; the offset after the end of the paste, or -1 while it goes on. */
  push(chunk: Uint8Array, from: number): number {
    let at = from
    while (at < chunk.length) {
      if (this.#matched === 0) {
        const next = chunk.indexOf(END[0]!, at)
        this.#keep(chunk.subarray(at, next === -1 ? chunk.length : next))
        if (next === -1) return -1
        at = next + 1
        this.#matched = 1
        continue
      }
      if (chunk[at] === END[this.#matched]) {
        at += 1
        this.#matched += 1
        if (this.#matched === END.length) return at
        continue
      }
      this.#keep(END.subarray(0, this.#matched))
      this.#matched = 0
    }
    return -1
  }

  /** What was pasted. A paste that has not come to its end is cut. */
  finish(): { text: string; isCut: boolean } {
    const isCut = this.#isCut || this.#matched < END.length
    return { text: Buffer.concat(this.#pieces).toString('utf8'), isCut }
  }

  #keep(bytes: Uint8Array): void {
    const kept = bytes.subarray(0, MAX_PASTE_BYTES - this.#length)
    if (kept.length < bytes.length) this.#isCut = true
    if (kept.length === 0) return
    this.#pieces.push(Uint8Array.from(kept))
    this.#length += kept.length
  }
}
