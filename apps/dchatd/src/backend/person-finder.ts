/** Finds the key that somebody is meant by. What is ambiguous is never guessed: a message would go to the wrong one. */
import { maskInvitations, rpcError } from '@dchat/rpc'
import type { RpcError } from '@dchat/rpc'
import type { NameStore, RoomStore } from '@dchat/store'
import { keyOfConversation } from '../room-kind.ts'
import type { PersonName } from '../rpc/backend.ts'
import type { AuthorBook } from './author-book.ts'

export interface PersonFinderDeps {
  readonly names: Pick<NameStore, 'claims' | 'isPinned'>
  readonly rooms: Pick<RoomStore, 'conversations'>
  readonly authors: Pick<AuthorBook, 'of' | 'holderOf' | 'known'>
  tagOf(key: string): string
}

/** Keys that a hint lists; `data.keys` has all. */
const MAX_HINTED = 8
const MAX_QUOTED = 64

export class PersonFinder {
  readonly #deps: PersonFinderDeps

  constructor(deps: PersonFinderDeps) {
    this.#deps = deps
  }

  /**
   * Hex of the key. A name with `#` in it is a nick with its tag, or a tag alone: no nick with `#` is ever shown bare. Of several
   * claimants of a nick only one who was verified, and holds it, is meant by the nick alone.
   * @param among hex of the only keys that a nick or a tag may be of. @default all that are known here
   * @throws {RpcError} not_found, ambiguous
   */
  find(name: PersonName, among?: ReadonlySet<string>): string {
    if (/^[0-9a-f]{64}$/i.test(name)) return name.toLowerCase()
    const keys = this.#named(name, among)
    if (keys.length === 0) throw notFound(name, among !== undefined)
    if (keys.length === 1) return keys[0]!
    const holder = this.#deps.authors.holderOf(name)
    if (holder !== null && keys.includes(holder) && this.#deps.names.isPinned(holder)) return holder
    throw this.#ambiguous(name, keys)
  }

  #named(name: string, among: ReadonlySet<string> | undefined): string[] {
    const normal = name.normalize('NFKC').trim()
    const mark = normal.lastIndexOf('#')
    const nick = mark === -1 ? normal : normal.slice(0, mark)
    const tag = mark === -1 ? undefined : normal.slice(mark + 1).toLowerCase()
    const keys = nick === '' && tag !== undefined ? [...(among ?? this.#known())] : this.#claimants(nick)
    return keys.filter((key) => (among?.has(key) ?? true) && (tag === undefined || this.#deps.tagOf(key) === tag))
  }

  #known(): Set<string> {
    const { rooms, authors } = this.#deps
    return new Set([...rooms.conversations().map((room) => keyOfConversation(room)), ...authors.known()])
  }

  /** Who goes by the nick now, and who holds it though he goes by another at present. */
  #claimants(nick: string): string[] {
    if (nick === '') return []
    const { names, authors } = this.#deps
    const current = names.claims(nick).filter(({ current }) => current)
    const holder = authors.holderOf(nick)
    return [...new Set([...current.map(({ key }) => key), ...(holder === null ? [] : [holder])])]
  }

  #ambiguous(name: string, keys: readonly string[]): RpcError {
    const { authors } = this.#deps
    const shown = keys.slice(0, MAX_HINTED).map((key) => `${authors.of(key).nick ?? ''}#${authors.of(key).tag} (${key})`)
    const more = keys.length > MAX_HINTED ? `, and ${keys.length - MAX_HINTED} more` : ''
    const hint = `${quoted(name)} may be ${shown.join(', ')}${more}: give the key, or nick#tag`
    return rpcError('ambiguous', hint, { keys })
  }
}

function notFound(name: string, isAmong: boolean): RpcError {
  return rpcError('not_found', `${quoted(name)} is nobody ${isAmong ? 'in this room' : 'known here'}: give the key`)
}

function quoted(name: string): string {
  return JSON.stringify(maskInvitations(name).slice(0, MAX_QUOTED))
}
