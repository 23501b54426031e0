/** The status bar: as much as fits, the least needed parts shortened and then left out first. Pure. */
import { peerCount, shownRoom, shownView } from '../state/selectors.ts'
import { isEncrypted, isForUser, isNews } from '../state/rooms.ts'
import type { ChatState } from '../state/model.ts'
import { lockParts } from './lock.ts'
import { roomName } from './room-name.ts'
import type { Glyphs } from './theme.ts'
import { formatTime, minuteFormat } from './time-format.ts'
import { fitText, padText, textWidth } from './width.ts'

export interface StatusInput {
  readonly state: Pick<ChatState, 'link' | 'node' | 'room' | 'rooms' | 'facts' | 'views' | 'nowMs' | 'settings'>
  /** Messages below what is on screen. */
  readonly newer: number
  readonly isAtEnd: boolean
  /** How long ago the lowest line on screen was said, in ms; 0 without one. */
  readonly ageMs: number
  readonly glyphs: Glyphs
}

type PartName = 'newer' | 'time' | 'peers' | 'room' | 'lock' | 'active' | 'mouse' | 'nick' | 'daemon'

/** Longest first; the empty one leaves the part out. */
type Parts = Record<PartName, readonly string[]>

/** What gives way, in this order, a step each time: that everybody reads a room sooner than that few do. */
const SHORTENING: Readonly<Record<'public' | 'encrypted', readonly PartName[]>> = {
  public: [
    'peers',
    'lock',
    'newer',
    'time',
    'mouse',
    'peers',
    'nick',
    'daemon',
    'lock',
    'room',
    'peers',
    'active',
    'newer',
    'active',
  ],
  encrypted: [
    'peers',
    'newer',
    'time',
    'mouse',
    'daemon',
    'lock',
    'peers',
    'nick',
    'room',
    'peers',
    'active',
    'lock',
    'newer',
    'active',
  ],
}

export interface StatusLine {
  readonly text: string
  readonly isTimeShown: boolean
}

/** The bar, exactly `width` columns. */
export function statusLine(input: StatusInput, width: number): StatusLine {
  const parts = statusParts(input)
  const steps: Record<PartName, number> = {
    newer: 0,
    time: 0,
    peers: 0,
    room: 0,
    lock: 0,
    active: 0,
    mouse: 0,
    nick: 0,
    daemon: 0,
  }
  const between = ` ${input.glyphs.bullet} `
  let text = joined(parts, steps, between)
  const order = SHORTENING[isEncrypted(shownRoom(input.state)) ? 'encrypted' : 'public']
  for (const name of order) {
    if (textWidth(text) <= width) break
    steps[name] = Math.min(steps[name] + 1, parts[name].length - 1)
    text = joined(parts, steps, between)
  }
  // A blank before it lets the row be drawn anew from there: terminals do not agree about its width.
  const shown = text.startsWith(input.glyphs.lock) && textWidth(text) < width ? ` ${text}` : text
  const { ellipsis } = input.glyphs
  return { text: padText(fitText(shown, width, ellipsis), width, { ellipsis, align: 'left' }), isTimeShown: steps.time === 0 }
}

function joined(parts: Parts, steps: Record<PartName, number>, between: string): string {
  const names: readonly PartName[] = ['newer', 'time', 'peers', 'room', 'lock', 'active', 'mouse', 'nick', 'daemon']
  const shown = names.map((name) => parts[name][steps[name]] ?? '').filter((text) => text !== '')
  return shown.join(between)
}

function statusParts(input: StatusInput): Parts {
  const { state } = input
  const isReady = state.link.at === 'ready'
  const daemon = daemonWord(input)
  return {
    newer: newerParts(input),
    time: [formatTime(minuteFormat(state.settings.timeFormat), state.nowMs), ''],
    peers: isReady && state.node !== null ? peerParts(state.node.peers) : [''],
    room: roomParts(state),
    lock: lockParts(state, input.glyphs),
    active: activeParts(state),
    mouse: [state.settings.mouse ? 'M' : '', ''],
    nick: [state.node?.nick ?? 'no name', ''],
    daemon: [`daemon ${daemon}`, daemon],
  }
}

/** Lines that old are said to be so, that nobody answers them unaware. */
const OLD_MS = 3_600_000

function agoText(ms: number): string {
  const hours = Math.floor(ms / 3_600_000)
  return hours < 24 ? `${hours} h` : `${Math.floor(hours / 24)} d`
}

function newerParts({ newer, isAtEnd, ageMs, state }: StatusInput): readonly string[] {
  if (shownView(state).loading === 'older') return ['loading older lines', 'loading', '']
  if (isAtEnd) return ['']
  const { talk } = shownView(state)
  // Of a stretch in the middle of the history nobody has counted what follows it.
  const isUncounted = talk.hasNewer && talk.leftOut === 0
  const count = newer === 0 ? 'more below' : `${newer}${isUncounted ? '+' : ''} newer`
  const short = newer === 0 ? 'more' : count
  if (ageMs < OLD_MS) return [`-- ${count}, End to follow --`, short, short]
  const ago = `${agoText(ageMs)} ago`
  return [`-- lines of ${ago}, ${count}, End to follow --`, `${short}, ${ago}`, short]
}

/** The room's number stands with it once there are several. */
function roomParts(state: StatusInput['state']): readonly string[] {
  const name = roomName(shownRoom(state))
  const at = state.rooms.findIndex(({ room }) => room === state.room)
  return [state.rooms.length > 1 && at !== -1 ? `${at + 1}:${name}` : name, '']
}

/** `Act 2,5@`: rooms by number with lines that are not read; `@` where the user is meant. */
function activeParts({ rooms, room: shown }: StatusInput['state']): readonly string[] {
  const active = rooms
    .map((summary, index) => ({ summary, number: index + 1 }))
    .filter(({ summary }) => isNews(summary) && summary.room !== shown)
  if (active.length === 0) return ['']
  const named = active.slice(0, MAX_ACTIVE).map(({ summary, number }) => `${number}${isForUser(summary) ? '@' : ''}`)
  const listed = [...named, ...(active.length > MAX_ACTIVE ? [`+${active.length - MAX_ACTIVE}`] : [])].join(',')
  return [`Act ${listed}`, `[${listed}]`, '']
}

/** Rooms with something unread that are named; of more only the number is told. */
const MAX_ACTIVE = 9

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
