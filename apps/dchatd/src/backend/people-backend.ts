/** Who one is, who the others are, whom one does not want to read, and what one does not want to miss. */
import type { IdentityInfo, Verification } from '@dchat/rpc'
import { rpcError } from '@dchat/rpc'
import type { MessageStore } from '@dchat/store'
import type { Unsubscribe } from '@dchat/system'
import type { Highlights } from '../highlights.ts'
import type { OwnIdentity } from '../own-identity.ts'
import type { OwnProfile } from '../own-profile.ts'
import type { PeopleBackend as Contract, PersonName, SignedAuthor } from '../rpc/backend.ts'
import type { AuthorBook } from './author-book.ts'
import type { ChatEvents } from './chat-events.ts'
import type { PersonFinder } from './person-finder.ts'

export interface PeopleBackendDeps {
  readonly identity: OwnIdentity
  readonly profile: OwnProfile
  readonly highlights: Highlights
  readonly store: MessageStore
  readonly authors: AuthorBook
  readonly finder: PersonFinder
  readonly events: ChatEvents
}

export class PeopleBackend implements Contract {
  readonly #deps: PeopleBackendDeps

  constructor(deps: PeopleBackendDeps) {
    this.#deps = deps
  }

  async setNick(nick: string): Promise<{ nick: string; tag: string | null }> {
    const { profile, identity } = this.#deps
    await profile.set(nick)
    return { nick, tag: identity.tag }
  }

  identity(): IdentityInfo {
    const { identity, profile, authors } = this.#deps
    const { key, tag, nextKey } = identity
    const { nick } = profile
    return { key, nick, tag, held: authors.of(key).held, next_key: nextKey }
  }

  exportIdentity(passphrase: string): Promise<string> {
    return this.#deps.identity.export(passphrase)
  }

  importIdentity(data: string, passphrase: string): Promise<void> {
    return this.#deps.identity.import(data, passphrase)
  }

  verify(key: string): Verification {
    const { identity, authors, store } = this.#deps
    const digits = identity.verifyDigits(key)
    const { nick, tag, held } = authors.of(key)
    const holder = nick === null ? null : authors.holderOf(nick)
    return { key, digits, nick, tag, held, pinned: store.names.isPinned(key), holder }
  }

  find(name: PersonName): string {
    return this.#deps.finder.find(name)
  }

  pin(key: string, on: boolean): void {
    orTooMany(() => this.#deps.store.names.pin(key, on), 'verified')
    this.#deps.authors.changed(key)
  }

  ignore(key: string, on: boolean): void {
    const { store, events } = this.#deps
    orTooMany(() => store.names.ignore(key, on), 'ignored')
    events.ignoredChanged()
  }

  ignored(): SignedAuthor[] {
    return this.#deps.store.names.ignored().map((key) => this.#deps.authors.of(key))
  }

  highlights(): string[] {
    return [...this.#deps.highlights.words]
  }

  setHighlights(words: readonly string[]): string[] {
    const outcome = this.#deps.highlights.set(words)
    if ('kept' in outcome) return [...outcome.kept]
    throw rpcError('invalid_params', `words: ${JSON.stringify(outcome.tooShort)} is too short`)
  }

  onAuthorChange(listener: (author: SignedAuthor) => void): Unsubscribe {
    return this.#deps.events.on('author', listener)
  }
}

/** The key is checked: what is left to be out of range is how many there are. */
function orTooMany(change: () => void, what: string): void {
  try {
    change()
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw rpcError('too_many', `no more keys can be ${what}: take one back first`)
  }
}
