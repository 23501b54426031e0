/**
 * Whose lines, and which, are not shown: keys, addresses of peers that sign nothing, and patterns. Those of a key that the daemon keeps
 * it leaves out itself; here they are hidden as far as they came before. Pure.
 */
import type { Message } from '@dchat/rpc'

interface Until {
  /** Unix ms at which it ends; null for ever. */
  readonly until: number | null
}

export type Ignore = Until &
  (
    | {
        readonly by: 'key'
        readonly key: string
        /** How its holder is called, for lists. */
        readonly name: string
        /** Whether the daemon leaves its lines out, for every client. */
        readonly isKeptByDaemon: boolean
      }
    | { readonly by: 'address'; readonly address: string; readonly name: string }
    | { readonly by: 'pattern'; readonly source: string; readonly isIn: (text: string) => boolean }
  )

/** Whether a line of another is not to be shown. What it says of a line is kept while the line is in memory. */
export function isIgnored(ignores: readonly Ignore[], message: Message): boolean {
  if (ignores.length === 0 || message.own) return false
  let known = KNOWN.get(ignores)
  if (known === undefined) {
    known = new WeakMap()
    KNOWN.set(ignores, known)
  }
  let is = known.get(message)
  if (is === undefined) {
    is = ignores.some((ignore) => isMeant(ignore, message))
    known.set(message, is)
  }
  return is
}

/** Whether it is not drawn now. */
export function isHidden(
  state: { readonly ignores: readonly Ignore[]; readonly showsHidden: boolean },
  message: Message,
): boolean {
  return !state.showsHidden && isIgnored(state.ignores, message)
}

const KNOWN = new WeakMap<readonly Ignore[], WeakMap<Message, boolean>>()

function isMeant(ignore: Ignore, { author, text }: Message): boolean {
  switch (ignore.by) {
    case 'key':
      return author.key === ignore.key
    case 'address':
      return author.key === null && author.from !== null && isSamePeer(author.from, ignore.address)
    case 'pattern':
      return ignore.isIn(text)
  }
}

/** Addresses of one host, whatever its port: whoever connects to us has another each time. On one machine the port is what tells. */
export function isSamePeer(a: string, b: string): boolean {
  if (a === b) return true
  const host = hostOf(a)
  return host !== null && host === hostOf(b) && !LOOPBACK.test(host)
}

const LOOPBACK = /^(?:127\.|\[::1\]$|localhost$)/u

function hostOf(address: string): string | null {
  return /^[a-z0-9+.-]+:\/\/([^/]+):\d+/iu.exec(address)?.[1]?.toLowerCase() ?? null
}

/** Without those that have ended; the same list when none has. */
export function withoutEnded(ignores: readonly Ignore[], nowMs: number): readonly Ignore[] {
  return ignores.some(({ until }) => until !== null && until <= nowMs)
    ? ignores.filter(({ until }) => until === null || until > nowMs)
    : ignores
}

/** What an ignore is about, the same for two that are about the same. */
export function ignoreKey(ignore: Ignore): string {
  if (ignore.by === 'key') return `key ${ignore.key}`
  return ignore.by === 'address' ? `address ${ignore.address}` : `pattern ${ignore.source}`
}
