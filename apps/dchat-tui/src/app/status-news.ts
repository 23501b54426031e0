/** Tells the status room what becomes of the link, the node and its peers. */
import type { Clock } from '@dchat/system'
import { MAX_NAMED_PEERS } from '../limits.ts'
import type { ChatState, Link, Peer } from '../state/model.ts'
import { STATUS_ROOM } from '../state/rooms.ts'
import type { Store } from '../state/store.ts'
import { counted } from '../view/amounts.ts'
import { peerTag } from '../view/author.ts'
import { StateWatcher } from './state-watcher.ts'

export interface StatusNewsDeps {
  readonly store: Store
  readonly clock: Clock
}

type Level = 'info' | 'error'

export class StatusNews extends StateWatcher<StatusNewsDeps> {
  #seen: ChatState

  constructor(deps: StatusNewsDeps) {
    super(deps)
    this.#seen = deps.store.state
  }

  protected override look(): void {
    const { state } = this.deps.store
    const before = this.#seen
    this.#seen = state
    if (state.link !== before.link) this.#tellLink(before.link, state)
    if (state.node?.state !== before.node?.state && state.node !== null) this.#tell(`the node is in state ${state.node.state}`)
    if (state.peers !== before.peers && state.link.at === 'ready') this.#tellPeers(before.peers, state.peers)
    if (state.sync === null && before.sync !== null && before.sync.received > 0 && state.link.at === 'ready') {
      this.#tell(`history is as the peers have it: ${counted(before.sync.received, 'line')} came`)
    }
  }

  /** A link that stays away is told of once, unless the reason changes. */
  #tellLink(before: Link, { link, node, wasReady }: ChatState): void {
    if (link.at === 'ready') this.#tell(`linked to the daemon${node === null ? '' : `, ${node.name} ${node.version}`}`)
    if (link.at !== 'away') return
    if (before.at === 'away' && before.reason === link.reason) return
    this.#tell(`${wasReady ? 'the daemon is away' : 'the daemon is not reached'}: ${link.reason}; ${link.hint}`, 'error')
  }

  #tellPeers(before: readonly Peer[], now: readonly Peer[]): void {
    const known = new Set(before.map(({ id }) => id))
    const still = new Set(now.map(({ id }) => id))
    this.#tellEach(
      'connected',
      now.filter(({ id }) => !known.has(id)),
    )
    this.#tellEach(
      'gone',
      before.filter(({ id }) => !still.has(id)),
    )
  }

  #tellEach(what: string, peers: readonly Peer[]): void {
    for (const { session, url } of peers.slice(0, MAX_NAMED_PEERS)) this.#tell(`${what}: ${session} peer ${peerTag(url)}  ${url}`)
    if (peers.length > MAX_NAMED_PEERS) this.#tell(`${what}: ${peers.length - MAX_NAMED_PEERS} more peers`)
  }

  #tell(text: string, level: Level = 'info'): void {
    const { store, clock } = this.deps
    store.dispatch({ type: 'notice', room: STATUS_ROOM, level, text, at: clock.nowMs() })
  }
}
