/**
 * How people are shown: the nick of their newest profile, the tag of their key, and whether the nick is held. Facts: docs/chat.md, *Identity*.
 * It remembers whom it told of, so that it can tell who is to be shown another way.
 */
import { conversationOf } from '@dchat/store'
import type { Claim, NameStore, RoomStore } from '@dchat/store'
import { Publisher } from '@dchat/system'
import type { Clock, Logger, Unsubscribe } from '@dchat/system'
import type { SignedAuthor } from '../rpc/backend.ts'

export interface AuthorBookDeps {
  readonly names: NameStore
  /** Whom one has written with. */
  readonly rooms: Pick<RoomStore, 'isAnswered'>
  readonly clock: Clock
  readonly logger: Logger
  readonly rules: NameRules
  /** Hex. */
  readonly ownKey: string
}

export interface NameRules {
  tagOf(key: string): string
  /** The form in which nicks are compared. */
  foldNick(nick: string): string
  /** The key that holds a nick which these claim, undefined when nobody does. */
  holderOf(claims: readonly Claim[], nowMs: number): string | undefined
}

/** Authors remembered; above it the one asked for least recently is forgotten, and read anew when it writes. */
const MAX_AUTHORS = 4_096

/** A nick comes to be held by time alone: how long what was read is believed. */
const BELIEVED_MS = 60_000

/** What is not said of an author. */
const UNSAID = { from: null, verified: null, room_key: null, known_as: null } as const

interface Entry {
  readonly author: SignedAuthor
  readonly folded: string | undefined
  readonly readAtMs: number
}

export class AuthorBook {
  readonly #deps: AuthorBookDeps
  readonly #changes: Publisher<{ change: SignedAuthor }>
  readonly #entries = new Map<string, Entry>()
  /** Keys of `#entries` by their folded nick. */
  readonly #claimants = new Map<string, Set<string>>()

  constructor(deps: AuthorBookDeps) {
    this.#deps = deps
    this.#changes = new Publisher((error) => deps.logger.error('A listener of author changes failed', { error }))
  }

  /** @param key hex in lower case */
  of(key: string): SignedAuthor {
    const known = this.#entries.get(key)
    if (known !== undefined && this.#deps.clock.monotonicMs() - known.readAtMs < BELIEVED_MS) return known.author
    return this.#read(key)
  }

  /** Who writes in a private room with a key that no identity vouches for: a profile of that key would be believed by nobody. */
  unverified(roomKey: string): SignedAuthor {
    const tag = this.#deps.rules.tagOf(roomKey)
    return { key: roomKey, nick: null, tag, held: false, ...UNSAID, verified: false, room_key: roomKey }
  }

  /** The key that holds a nick here, null when nobody does. */
  holderOf(nick: string): string | null {
    const { names, clock, rules } = this.#deps
    return rules.holderOf(names.claims(nick), clock.nowMs()) ?? null
  }

  /** Hex of those it remembers, who were told of last at the end. */
  known(): string[] {
    return [...this.#entries.keys()]
  }

  /** Hears who is to be shown another way than before. */
  onChange(listener: (author: SignedAuthor) => void): Unsubscribe {
    return this.#changes.subscribe('change', listener)
  }

  /** A profile of the key was stored, or the key was verified, or written to for the first time: it and those of the same nick may be shown another way. */
  changed(key: string): void {
    const before = this.#entries.get(key)
    this.#look(key, before)
    const folds = new Set([before?.folded, this.#entries.get(key)?.folded])
    for (const folded of folds) {
      if (folded === undefined) continue
      for (const other of [...(this.#claimants.get(folded) ?? [])]) if (other !== key) this.#look(other, this.#entries.get(other))
    }
  }

  #look(key: string, before: Entry | undefined): void {
    const author = this.#read(key)
    if (before !== undefined && isShownAlike(before.author, author)) return
    this.#changes.publish('change', author)
  }

  #read(key: string): SignedAuthor {
    const { names, clock, rules } = this.#deps
    const nick = names.nickOf(key) ?? null
    const claims = nick === null ? [] : names.claims(nick)
    const holder = rules.holderOf(claims, clock.nowMs())
    // A nick that has the look of a nick with its tag is never shown bare.
    const held = holder === key && !nick!.normalize('NFKC').includes('#')
    const known_as = this.#knownAs(key, { claims, holder })
    const author: SignedAuthor = { key, nick, tag: rules.tagOf(key), held, ...UNSAID, known_as }
    const folded = nick === null ? undefined : rules.foldNick(nick)
    this.#forget(key)
    this.#entries.set(key, { author, folded, readAtMs: clock.monotonicMs() })
    if (folded !== undefined) this.#claimants.set(folded, (this.#claimants.get(folded) ?? new Set()).add(key))
    if (this.#entries.size > MAX_AUTHORS) this.#forget(this.#entries.keys().next().value!)
    return author
  }

  /** The other key that people here take for the one of this nick; whoever was verified is who he is. */
  #knownAs(key: string, { claims, holder }: { claims: readonly Claim[]; holder: string | undefined }): string | null {
    const { rooms, ownKey } = this.#deps
    if (key === ownKey || claims.some((claim) => claim.key === key && claim.pinned)) return null
    const others = claims.filter((claim) => claim.key !== key)
    const known =
      others.find((other) => other.key === holder) ??
      others.find(({ pinned }) => pinned) ??
      others.find((other) => rooms.isAnswered(conversationOf(other.key)))
    return known?.key ?? null
  }

  #forget(key: string): void {
    const entry = this.#entries.get(key)
    if (entry === undefined) return
    this.#entries.delete(key)
    if (entry.folded === undefined) return
    const claimants = this.#claimants.get(entry.folded)
    claimants?.delete(key)
    if (claimants?.size === 0) this.#claimants.delete(entry.folded)
  }
}

function isShownAlike(one: SignedAuthor, other: SignedAuthor): boolean {
  return one.nick === other.nick && one.held === other.held && one.known_as === other.known_as
}
