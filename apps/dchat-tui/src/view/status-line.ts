/** The status bar: as much as fits, the least needed parts shortened and then left out first. Pure. */
import { peerCount } from '../state/selectors.ts'
import type { ChatState } from '../state/model.ts'
import type { Glyphs } from './theme.ts'
import { clockTime } from './time.ts'
import { fitText, padText, textWidth } from './width.ts'

export interface StatusInput {
  readonly state: Pick<ChatState, 'link' | 'node' | 'room' | 'nowMs' | 'loading'>
  /** Messages below what is on screen. */
  readonly newer: number
  readonly isAtEnd: boolean
  readonly glyphs: Glyphs
}

type PartName = 'newer' | 'time' | 'peers' | 'room' | 'nick' | 'daemon'

/** Longest first; the empty one leaves the part out. */
type Parts = Record<PartName, readonly string[]>

/** What gives way, in this order, a step each time. */
const SHORTENING: readonly PartName[] = ['peers', 'newer', 'room', 'time', 'peers', 'daemon', 'nick', 'peers', 'newer']

/** The bar, exactly `width` columns. */
export function statusLine(input: StatusInput, width: number): string {
  const parts = statusParts(input)
  const steps: Record<PartName, number> = { newer: 0, time: 0, peers: 0, room: 0, nick: 0, daemon: 0 }
  const between = ` ${input.glyphs.bullet} `
  let text = joined(parts, steps, between)
  for (const name of SHORTENING) {
    if (textWidth(text) <= width) break
    steps[name] = Math.min(steps[name] + 1, parts[name].length - 1)
    text = joined(parts, steps, between)
  }
  return padText(fitText(text, width, input.glyphs.ellipsis), width, { ellipsis: input.glyphs.ellipsis, align: 'left' })
}

function joined(parts: Parts, steps: Record<PartName, number>, between: string): string {
  const names: readonly PartName[] = ['newer', 'time', 'peers', 'room', 'nick', 'daemon']
  const shown = names.map((name) => parts[name][steps[name]] ?? '').filter((text) => text !== '')
  return shown.join(between)
}

function statusParts(input: StatusInput): Parts {
  const { state } = input
  const isReady = state.link.at === 'ready'
  const daemon = daemonWord(input)
  return {
    newer: newerParts(input),
    time: [clockTime(state.nowMs), ''],
    peers: isReady && state.node !== null ? peerParts(state.node.peers) : [''],
    room: [state.room, ''],
    nick: [state.node?.nick ?? 'no name', ''],
    daemon: [`daemon ${daemon}`, daemon],
  }
}

function newerParts({ newer, isAtEnd, state }: StatusInput): readonly string[] {
  if (state.loading === 'older') return ['loading older lines', 'loading', '']
  if (isAtEnd) return ['']
  if (newer === 0) return ['-- more below, Ctrl+End --', 'more', 'more']
  return [`-- ${newer} newer, Ctrl+End follows --`, `${newer} newer`, `${newer} newer`]
}

/** Node states in which nothing is amiss. */
const GOOD_STATES: ReadonlySet<string> = new Set(['run', 'running', 'started', 'ready'])

function daemonWord({ state }: StatusInput): string {
  if (state.link.at !== 'ready') return state.link.at
  const nodeState = state.node?.state ?? ''
  return nodeState === '' || GOOD_STATES.has(nodeState) ? 'ok' : nodeState
}

function peerParts(peers: NonNullable<ChatState['node']>['peers']): readonly string[] {
  const count = peerCount(peers)
  const word = `${count} ${count === 1 ? 'peer' : 'peers'}`
  const kinds = [
    [peers.inbound, 'in'],
    [peers.outbound, 'out'],
    [peers.manual, 'manual'],
    [peers.direct, 'direct'],
  ] as const
  const detail = kinds
    .filter(([number]) => number > 0)
    .map(([number, name]) => `${number} ${name}`)
    .join(', ')
  return [detail === '' ? word : `${word} (${detail})`, word, `${count}p`, '']
}
