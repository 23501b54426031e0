/** The parts of the network view, each a heading and rows. Pure. */
import type { Span } from '../view/item-rows.ts'
import { bar, byteText, countText, counted, rateText } from '../view/amounts.ts'
import { indentedRows, tableRows } from '../view/table.ts'
import type { Cell, TablePlace } from '../view/table.ts'
import { clockSeconds, durationText } from '../view/time.ts'
import { textWidth } from '../view/width.ts'
import { discoveryWords } from './discovery-words.ts'
import { HOST_COLORS } from './net-status.ts'
import type { HostCounts, NetChannel, NetManual, NetSeed, NetSlot, NetStatus, NetView } from './net-status.ts'

export interface Section {
  readonly title: string
  readonly rows: readonly (readonly Span[])[]
}

/** Where a section is drawn, and when. */
export interface SectionPlace extends TablePlace {
  /** Unix ms to which ages and waits are told. */
  readonly now: number
}

const SESSIONS = ['inbound', 'outbound', 'manual', 'direct', 'seed', 'refine'] as const

export function peersSection(status: NetStatus, place: SectionPlace): Section {
  const order = (channel: NetChannel): number => SESSIONS.indexOf(channel.session as (typeof SESSIONS)[number])
  const channels = status.channels.toSorted((a, b) => order(a) - order(b) || (a.since ?? 0) - (b.since ?? 0))
  const lines = channels.map((channel): Cell[] => [
    { text: channel.session, style: 'own' },
    { text: channel.url },
    { text: channel.since === null ? '' : `up ${age(channel.since, place.now)}`, style: 'dim' },
    { text: channel.posts === null ? '' : channel.posts ? 'posts' : 'no posts' },
    { text: channel.version ?? '', style: 'dim' },
    { text: channel.traffic === null ? '' : `in ${byteText(channel.traffic.receivedBytes)}`, align: 'right' },
    { text: channel.traffic === null ? '' : `out ${byteText(channel.traffic.sentBytes)}`, align: 'right' },
    { text: `#${channel.id}`, style: 'dim' },
  ])
  const sessions = sessionsText(status)
  return {
    title: `Peers: ${channels.length}${sessions === '' ? '' : ` (${sessions})`}`,
    rows: orNone(tableRows(lines, { column: 1, least: 24 }, place), 'nobody is connected', place),
  }
}

/** `1 inbound, 2 outbound`; empty when there is nobody. */
export function sessionsText({ channels }: Pick<NetStatus, 'channels'>): string {
  return SESSIONS.map((session) => [session, channels.filter((channel) => channel.session === session).length] as const)
    .filter(([, count]) => count > 0)
    .map(([session, count]) => `${count} ${session}`)
    .join(', ')
}

export function slotsSection({ slots }: NetStatus, place: SectionPlace): Section {
  const connected = slots.filter(({ state }) => state === 'connected').length
  const rows = runsOfSlots(slots, place.now).flatMap(({ first, last, words, error }) => [
    ...indentedRows(`${first === last ? first : `${first}-${last}`}  ${words}`, 'text', place),
    ...(error === null ? [] : indentedRows(`   last error: ${error}`, 'dim', place)),
  ])
  return {
    title: `Outbound slots: ${connected} of ${slots.length} connected`,
    rows: orNone(rows, 'none: this node dials nobody by itself', place),
  }
}

/** Slots that follow each other and do the same, by their numbers from 1 on. */
function runsOfSlots(slots: readonly NetSlot[], now: number): SlotRun[] {
  const runs: SlotRun[] = []
  for (const [index, slot] of slots.entries()) {
    const words = slotWords(slot, now)
    const { error } = slot
    const before = runs.at(-1)
    if (before?.words === words && before.error === error) runs[runs.length - 1] = { ...before, last: index + 1 }
    else runs.push({ first: index + 1, last: index + 1, words, error })
  }
  return runs
}

interface SlotRun {
  readonly first: number
  readonly last: number
  readonly words: string
  readonly error: string | null
}

/** What a slot does, since when. */
function slotWords({ state, url, since }: NetSlot, now: number): string {
  const whom = url === null ? (state === 'sleeping' ? ' as there is no host to try,' : '') : ` to ${url}`
  const time = since === null ? '' : ` for ${age(since, now)}`
  return `${state}${whom}${time}`
}

export function searchSection(status: NetStatus, place: SectionPlace): Section {
  const { discovery, seeds, manual, listeners } = status
  const lines: Cell[][] = [
    ...seeds.map((seed): Cell[] => [{ text: 'seed', style: 'own' }, { text: seed.url }, { text: seedWords(seed, place.now) }]),
    ...manual.map((peer): Cell[] => [
      { text: 'manual', style: 'own' },
      { text: peer.url },
      { text: manualWords(peer, place.now) },
    ]),
    ...listeners.map(({ url, reachable }): Cell[] => [
      { text: 'listens', style: 'own' },
      { text: url },
      { text: reachable === true ? 'a peer came in' : 'nobody came in yet', style: 'dim' },
    ]),
  ]
  const search = discovery === null ? [] : indentedRows(discoveryText(discovery, place.now), 'text', place)
  return {
    title: 'Search for peers',
    rows: orNone([...search, ...tableRows(lines, { column: 2, least: 24 }, place)], 'nothing is told of it', place),
  }
}

/** What the search for peers does, and when its next round is. */
export function discoveryText({ state, attempt, next }: NonNullable<NetStatus['discovery']>, now: number): string {
  const attempts = attempt > 0 ? `, attempt ${attempt}` : ''
  if (state === 'wait' && next === null) return 'discovery: rests, as no slot lacks a host'
  return `discovery: ${discoveryWords(state)}${attempts}${next === null ? '' : `; next round ${until(next, now)}`}`
}

/** How the last time a seed was asked ended. */
export function seedWords({ state, at, hosts, reason }: NetSeed, now: number): string {
  const when = at === null ? '' : ` ${age(at, now)} ago`
  switch (state) {
    case 'unasked':
      return 'not asked yet'
    case 'asking':
      return at === null ? 'is being asked' : `is being asked for ${age(at, now)}`
    case 'answered':
      return `answered${hosts === null ? '' : ` with ${counted(hosts, 'host')}`}${when}`
    case 'failed':
      return `failed${when}${reason === null ? '' : `: ${reason}`}`
    default:
      return state
  }
}

/** How a configured peer is doing. */
export function manualWords({ state, next, reason }: NetManual, now: number): string {
  const retry = next === null ? '' : `, next try ${until(next, now)}`
  return `${state}${retry}${reason === null ? '' : `: ${reason}`}`
}

const COLOR_WORDS: Readonly<Record<(typeof HOST_COLORS)[number], string>> = {
  gold: 'were connected to',
  white: 'answered a handshake',
  grey: 'heard of',
  black: 'shunned',
  dark: 'not dialable here',
}
const HOST_BAR_COLUMNS = 16

export function hostsSection(hosts: HostCounts, place: SectionPlace): Section {
  const most = Math.max(...Object.values(hosts))
  const total = Object.values(hosts).reduce((sum, count) => sum + count, 0)
  const lines = HOST_COLORS.map((color): Cell[] => [
    { text: color, style: 'own' },
    { text: countText(hosts[color]), align: 'right' },
    { text: bar(hosts[color], most, { columns: Math.min(HOST_BAR_COLUMNS, place.columns), steps: place.glyphs.bar }) },
    { text: COLOR_WORDS[color], style: 'dim' },
  ])
  const row = lines.map((cells) => `${cells[0]!.text} ${cells[1]!.text} ${cells[2]!.text}`.trim()).join('  ')
  const isOneRow = textWidth(row) + 2 <= place.columns
  return {
    title: `Known hosts: ${countText(total)}`,
    rows: isOneRow ? [[{ text: `  ${row}`, style: 'text' }]] : tableRows(lines, { column: 3, least: 4 }, place),
  }
}

export function bansSection({ bans }: NetStatus, place: SectionPlace): Section {
  const lines = bans.map((ban): Cell[] => [
    { text: ban.target },
    { text: `ends ${until(ban.until, place.now)}` },
    { text: ban.count > 0 ? counted(ban.count, 'offence') : '', style: 'dim' },
    { text: `${ban.reason} ${ban.detail}`.trimEnd(), style: 'dim' },
  ])
  return {
    title: bans.length === 0 ? 'Bans: 0' : `Bans: ${bans.length}, lifted by dchat-cli bans.remove TARGET`,
    rows: orNone(tableRows(lines, { column: 3, least: 16 }, place), 'nobody is banned', place),
  }
}

/** Those of one address for one reason together, with the last time. */
export function failuresSection({ failures }: NetStatus, place: SectionPlace): Section {
  const newest = failures.toSorted((a, b) => b.at - a.at)
  const groups = [...Map.groupBy(newest, ({ url, reason }) => `${url} ${reason}`).values()]
  const lines = groups.map((group): Cell[] => {
    const { at, url, reason } = group[0]!
    return [
      { text: `${age(at, place.now)} ago`, style: 'dim', align: 'right' },
      { text: group.length === 1 ? '' : `${group.length} times`, style: 'dim', align: 'right' },
      { text: url },
      { text: reason },
    ]
  })
  const rows = orNone(tableRows(lines, { column: 3, least: 24 }, place), 'none lately', place)
  return { title: `Failed connections: ${failures.length}`, rows }
}

const TRAFFIC_BAR_COLUMNS = 14

/** By command, the one with most bytes first; rates since the view was opened. */
export function trafficSection(view: NetView, status: NetStatus, place: SectionPlace): Section {
  const first = new Map(view.first?.traffic.map((entry) => [entry.command, entry]))
  const seconds = view.first === null ? 0 : (view.at - view.first.at) / 1_000
  const entries = status.traffic
    .map((entry) => ({ ...entry, bytes: entry.receivedBytes + entry.sentBytes }))
    .toSorted((a, b) => b.bytes - a.bytes || (a.command < b.command ? -1 : 1))
  const most = entries[0]?.bytes ?? 0
  const columns = Math.max(4, Math.min(TRAFFIC_BAR_COLUMNS, Math.floor(place.columns / 6)))
  const lines = entries.map((entry): Cell[] => {
    const before = first.get(entry.command)
    const messages = entry.receivedMessages + entry.sentMessages
    const since = messages - (before === undefined ? 0 : before.receivedMessages + before.sentMessages)
    const bytesSince = entry.bytes - (before === undefined ? 0 : before.receivedBytes + before.sentBytes)
    return [
      { text: entry.command, style: 'own' },
      { text: bar(entry.bytes, most, { columns, steps: place.glyphs.bar }) },
      { text: `in ${byteText(entry.receivedBytes)}`, align: 'right' },
      { text: `out ${byteText(entry.sentBytes)}`, align: 'right' },
      { text: `${countText(messages)} msgs`, style: 'dim', align: 'right' },
      { text: seconds > 0 ? `${rateText(since / seconds)}/s` : '', style: 'dim', align: 'right' },
      { text: seconds > 0 ? `${byteText(bytesSince / seconds)}/s` : '', style: 'dim', align: 'right' },
    ]
  })
  const total = entries.reduce((sum, { bytes }) => sum + bytes, 0)
  return {
    title: `Traffic: ${byteText(total)}`,
    rows: orNone(tableRows(lines, { column: 0, least: 6 }, place), 'none yet', place),
  }
}

export function eventsSection({ events, eventsNote }: NetView, place: SectionPlace): Section {
  const note = eventsNote === null ? [] : indentedRows(eventsNote, 'dim', place)
  const rows = events.flatMap(({ at, text, isTraffic }) =>
    indentedRows(`${clockSeconds(at)} ${text}`, isTraffic ? 'dim' : 'text', place),
  )
  return { title: 'What happens', rows: orNone([...note, ...rows], 'nothing yet', place) }
}

/** `3 s`: since `at`. Never below 0: clocks differ. */
export function age(at: number, now: number): string {
  return durationText(Math.max(0, now - at) / 1_000)
}

/** `in 3 s`, or `now`. */
function until(at: number, now: number): string {
  return at <= now ? 'now' : `in ${durationText(Math.ceil((at - now) / 1_000))}`
}

function orNone(rows: readonly (readonly Span[])[], words: string, place: SectionPlace): readonly (readonly Span[])[] {
  return rows.length > 0 ? rows : indentedRows(words, 'dim', place)
}
