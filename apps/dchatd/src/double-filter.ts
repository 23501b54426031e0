/**
 * Recognises what one remote sends twice because it is connected twice: docs/chat.md, *Beside reference nodes*. Two channels are one
 * remote only if the address one of them was dialled at stands in the other's `ext_send_addr`. The n-th copy of a text on
 * one is then paired with the n-th on the other; twice on one channel is two lines.
 */
import { hash } from 'node:crypto'
import { CHAT_LIMITS } from './chat-limits.ts'

/** What the filter looks at in a channel. */
export interface PairedChannel {
  readonly info: { readonly url: string; readonly resolvedUrl: string | null }
  readonly peerVersion: { readonly extSendAddr: readonly string[] } | undefined
}

/** One line as it was shown, and the channels that brought it so far. */
interface Shown {
  readonly atMs: number
  readonly channels: PairedChannel[]
}

/** Whether two channels lead to one remote. */
export function isSameRemote(one: PairedChannel, other: PairedChannel): boolean {
  return leadsTo(one, other) || leadsTo(other, one)
}

function leadsTo(dialled: PairedChannel, other: PairedChannel): boolean {
  return dialled.info.resolvedUrl !== null && (other.peerVersion?.extSendAddr.includes(dialled.info.url) ?? false)
}

/** Texts longer than this are remembered by their hash. */
const LONGEST_KEY = 64

/** Costs nothing for channels whose remote is connected once. */
export class DoubleFilter<C extends PairedChannel> {
  readonly #partners = new Map<C, C[]>()
  readonly #shown = new Map<C, Map<string, Shown[]>>()

  /** A channel has done its version exchange. */
  add(channel: C): void {
    const partners = [...this.#partners.keys()].filter((other) => isSameRemote(channel, other))
    this.#partners.set(channel, partners)
    for (const partner of partners) this.#partners.get(partner)!.push(channel)
  }

  /** A channel is gone. What it showed is still paired with what its partners bring. */
  remove(channel: C): void {
    this.#partners.delete(channel)
    for (const partners of this.#partners.values()) {
      const index = partners.indexOf(channel)
      if (index >= 0) partners.splice(index, 1)
    }
    this.#shown.delete(channel)
  }

  /** Counts a text that came on `channel`. @returns true when it was shown already, as brought by a partner */
  isDouble(channel: C, text: string, nowMs: number): boolean {
    const partners = this.#partners.get(channel)
    if (partners === undefined || partners.length === 0) return false
    const key = text.length <= LONGEST_KEY ? text : hash('sha256', text, 'base64')
    for (const partner of partners) {
      const line = this.#linesOf(partner, key, nowMs).find(({ channels }) => !channels.includes(channel))
      if (line === undefined) continue
      line.channels.push(channel)
      return true
    }
    this.#remember(channel, key, nowMs)
    return false
  }

  #linesOf(channel: C, key: string, nowMs: number): Shown[] {
    const lines = this.#shown.get(channel)?.get(key) ?? []
    return lines.filter(({ atMs }) => nowMs - atMs <= CHAT_LIMITS.DOUBLE_WINDOW_MS)
  }

  #remember(channel: C, key: string, nowMs: number): void {
    const texts = this.#shown.get(channel) ?? new Map<string, Shown[]>()
    this.#shown.set(channel, texts)
    const lines = this.#linesOf(channel, key, nowMs)
    lines.push({ atMs: nowMs, channels: [channel] })
    // Taken out and put back, so that the map stays in order of the newest line: the first is the one to forget.
    texts.delete(key)
    texts.set(key, lines)
    for (const [oldest, shown] of texts) {
      const isExpired = nowMs - shown.at(-1)!.atMs > CHAT_LIMITS.DOUBLE_WINDOW_MS
      if (!isExpired && texts.size <= CHAT_LIMITS.DOUBLE_TEXTS) break
      texts.delete(oldest)
    }
  }
}
