/** Who is around this node: channels, slots without one, peers that are waited for, and seeds, in the order of the drawing. Pure. */
import type { NetStatus, SessionName } from '@dchat/rpc'
import { counted, formatBytes, formatSpan, safeText } from './format.ts'
import type { Rate } from './state.ts'

export interface Neighbour {
  /** The same for as long as it is the same. */
  readonly key: string
  readonly session: SessionName
  /** `channel`: a live one; `slot`: one that holds none; `peer`: one that is tried again; `seed`: one of the configuration. */
  readonly kind: 'channel' | 'slot' | 'peer' | 'seed'
  /** Who began it. */
  readonly isInbound: boolean
  readonly label: string
  /** All about it, in a sentence. */
  readonly about: string
  /** Bytes a second, both ways. */
  readonly rate: number
}

type Channel = NetStatus['channels'][number]

const ORDER: readonly SessionName[] = ['outbound', 'manual', 'direct', 'seed', 'refine', 'inbound']

/** @param nowMs by the clock of the browser */
export function neighboursOf(status: NetStatus, rates: ReadonlyMap<number, Rate>, nowMs: number): Neighbour[] {
  const channels = status.channels.map((channel) => channelOf(channel, rates.get(channel.id), nowMs))
  const open = new Set(status.channels.map(({ url }) => url))
  const all = [...channels, ...slotsOf(status, nowMs), ...peersOf(status), ...seedsOf(status, open)]
  return all.toSorted((one, other) => ORDER.indexOf(one.session) - ORDER.indexOf(other.session))
}

function channelOf(channel: Channel, rate: Rate | undefined, nowMs: number): Neighbour {
  const { id, url, session, version, posts } = channel
  const label = safeText(url)
  const now = rate === undefined ? '' : `, now ${formatBytes(rate.received)}/s in and ${formatBytes(rate.sent)}/s out`
  const told = version === null ? 'no version told' : `version ${safeText(version, 24)}`
  return {
    key: `channel ${id}`,
    session,
    kind: 'channel',
    isInbound: session === 'inbound',
    label,
    about:
      `${session} channel ${id} with ${label}, for ${formatSpan(nowMs - channel.since)}; ${told}, ${posts ? 'posts' : 'no posts'}; ` +
      `${counted(channel.received_messages, 'message')} in (${formatBytes(channel.received_bytes)}), ` +
      `${counted(channel.sent_messages, 'message')} out (${formatBytes(channel.sent_bytes)})${now}`,
    rate: rate === undefined ? 0 : rate.received + rate.sent,
  }
}

function slotsOf({ slots }: NetStatus, nowMs: number): Neighbour[] {
  return slots.flatMap(({ state, url, since, error }, index) => {
    if (state === 'connected') return []
    const where = url === null ? '' : ` ${safeText(url)}`
    const why = error === null ? '' : `; last: ${safeText(error)}`
    return {
      ...QUIET,
      key: `slot ${index}`,
      session: 'outbound',
      kind: 'slot',
      label: `slot ${index} ${state}`,
      about: `slot ${index} is ${state}${where}, for ${formatSpan(nowMs - since)}${why}`,
    }
  })
}

function peersOf({ manual }: NetStatus): Neighbour[] {
  return manual
    .filter(({ state }) => state !== 'connected')
    .map(({ url, state, reason }) => ({
      ...QUIET,
      key: `peer ${url}`,
      session: 'manual',
      kind: 'peer',
      label: safeText(url),
      about: `peer ${safeText(url)} is ${state}${reason === null ? '' : `; last: ${safeText(reason)}`}`,
    }))
}

function seedsOf({ seeds }: NetStatus, open: ReadonlySet<string>): Neighbour[] {
  return seeds
    .filter(({ url }) => !open.has(url))
    .map(({ url, state, hosts, reason }) => {
      const came = hosts === null ? '' : `, ${counted(hosts, 'host')} told`
      const why = reason === null ? '' : `: ${safeText(reason)}`
      const about = `seed ${safeText(url)}: ${state}${came}${why}`
      return { ...QUIET, key: `seed ${url}`, session: 'seed', kind: 'seed', label: safeText(url), about }
    })
}

const QUIET = { isInbound: false, rate: 0 } as const
