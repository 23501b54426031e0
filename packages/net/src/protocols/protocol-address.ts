/** Spreads addresses between peers. Source: docs/node.md, *Protocols*, address; wire: docs/wire.md, `getaddr` and `addr`. */
import type { Logger } from '@dchat/system'
import type { Channel } from '../channel.ts'
import type { DropReason } from '../hosts/address-filter.ts'
import type { InsertOutcome } from '../hosts/hosts.ts'
import { LIMITS } from '../limits.ts'
import { addr, getaddr } from '../messages/core-messages.ts'
import type { AddrMessage, GetaddrMessage } from '../messages/core-messages.ts'
import type { MessageSubscription } from '../messages/message-dispatcher.ts'
import type { NodeCounts } from '../node-counts.ts'
import { SessionFlag } from '../sessions/session-flags.ts'
import type { Protocol } from './protocol.ts'

/** An endpoint and when it was last seen, in Unix seconds. */
export interface SeenAddr {
  readonly url: string
  readonly lastSeenSec: number
}

/** The part of the hosts that the address protocols use. */
export interface AddressBook {
  /** Files what the peer at the URL `peer` told. */
  insertFromPeer(addrs: readonly SeenAddr[], peer: string): InsertOutcome
  answerGetaddr(query: { max: number; transports: readonly string[] }): SeenAddr[]
}

export interface ProtocolAddressDeps {
  readonly hosts: AddressBook
  readonly logger: Logger
  /** Counts what is dropped. */
  readonly counts: Pick<NodeCounts, 'dropped'>
  /** Our external addresses as they are now. */
  externalAddrs(): readonly string[]
  /** What we ask for. */
  getaddr(): GetaddrMessage
}

/** Announces us on outbound channels, asks for addresses, and answers who asks. */
export class ProtocolAddress implements Protocol {
  readonly #channel: Channel
  readonly #deps: ProtocolAddressDeps
  readonly #addrs: MessageSubscription<AddrMessage>
  readonly #getaddrs: MessageSubscription<GetaddrMessage>

  constructor(channel: Channel, deps: ProtocolAddressDeps) {
    this.#channel = channel
    this.#deps = deps
    this.#addrs = channel.subscribe(addr)
    this.#getaddrs = channel.subscribe(getaddr)
  }

  start(): void {
    const { tasks } = this.#channel
    this.#addrs.serve(tasks, (message) => storeAddrs(message, this.#channel, this.#deps))
    this.#getaddrs.serve(tasks, (query) => this.#answer(query))
    tasks.spawn(() => this.#introduce())
  }

  async #introduce(): Promise<void> {
    if (this.#channel.info.session === SessionFlag.Outbound) await announce(this.#channel, this.#deps.externalAddrs())
    await this.#channel.send(getaddr, this.#deps.getaddr())
  }

  async #answer({ max, transports }: GetaddrMessage): Promise<void> {
    const answer = this.#deps.hosts.answerGetaddr({ max: Math.min(max, LIMITS.GETADDR_MAX.value), transports })
    await this.#channel.send(addr, { addrs: withinAddrLimit(answer) })
  }
}

/** Tells the peer our external addresses, without what stands behind a `?` in them. Sends nothing when there are none. */
export async function announce(channel: Channel, externalAddrs: readonly string[]): Promise<void> {
  if (externalAddrs.length === 0) return
  const nowSec = Math.floor(channel.clock.nowMs() / 1000)
  const own = externalAddrs.map((url) => ({ url: url.replace(/[?#].*$/, ''), lastSeenSec: nowSec }))
  await channel.send(addr, { addrs: withinAddrLimit(own) })
}

const TURN_ADDRS = LIMITS.TURN_ADDRS.value

type StoreDeps = Pick<ProtocolAddressDeps, 'counts' | 'hosts' | 'logger'>

/** Files the addresses of an `addr` message, a part of them in each turn of the event loop, also where the channel ends meanwhile. */
export async function storeAddrs(message: AddrMessage, channel: Channel, { counts, hosts, logger }: StoreDeps): Promise<void> {
  const seen = message.addrs.map(([url, lastSeen]) => ({ url, lastSeenSec: toSeconds(lastSeen) }))
  const total = { added: 0, dropped: new Map<DropReason, number>() }
  const storePart = (first: number): void => {
    const { added, dropped } = hosts.insertFromPeer(seen.slice(first, first + TURN_ADDRS), channel.info.url)
    total.added += added
    for (const [reason, count] of Object.entries(dropped) as [DropReason, number][]) {
      counts.dropped[reason] += count
      total.dropped.set(reason, (total.dropped.get(reason) ?? 0) + count)
    }
  }
  channel.toldAddrs += seen.length
  storePart(0)
  for (let first = TURN_ADDRS; first < seen.length; first += TURN_ADDRS) {
    await channel.inTurn(() => storePart(first)).catch(() => storePart(first))
  }
  if (total.added > 0) channel.noteUseful()
  const dropped = Object.fromEntries(total.dropped)
  logger.debug('Addresses received', { channelId: channel.info.id, received: seen.length, added: total.added, dropped })
}

/** A u64 of seconds as a number; what does not fit is far in the future anyway. */
function toSeconds(lastSeen: bigint): number {
  return lastSeen > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(lastSeen)
}

/** As many as fit the limit of an `addr` message. */
function withinAddrLimit(addrs: readonly SeenAddr[]): [string, bigint][] {
  let bytes = 3
  const fitting: [string, bigint][] = []
  for (const { url, lastSeenSec } of addrs) {
    bytes += 3 + Buffer.byteLength(url) + 8
    if (bytes > LIMITS.ADDR_MAX_BYTES.value) break
    fitting.push([url, BigInt(lastSeenSec)])
  }
  return fitting
}
