/** What people read: one line a message, nothing in it that a terminal would obey. And JSON that is exact and safe. */
import { lineText, saidAt } from '@dchat/rpc'
import type { Message } from '@dchat/rpc'

/** Controls, characters without a glyph, and marks stacked higher than letters need: a terminal may obey them, JSON may escape them. */
const UNSAFE_IN_JSON =
  /[\x7f-\x9f\u2028\u2029\ufff9-\ufffb\u{10eeee}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\p{Cf}]|(?<=\p{M}{4})\p{M}/gu

/** `value` as JSON in which those characters are escapes: it reads back as exactly `value`. */
export function formatJson(value: unknown, indent?: number): string {
  return escapeUnsafe(JSON.stringify(value, undefined, indent))
}

/** The same of JSON that is a text already. */
export function escapeUnsafe(json: string): string {
  return json.replace(UNSAFE_IN_JSON, escapeUnits)
}

function escapeUnits(character: string): string {
  let escapes = ''
  for (let unit = 0; unit < character.length; unit += 1) {
    escapes += `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`
  }
  return escapes
}

/**
 * `2026-11-18 11:06:40 <ann> text`: local time; a line break inside a text shows as a mark. Of an invitation to a room that is not
 * joined it says how to take it.
 * @param where what its room is called. @default what its name alone tells
 */
export function formatMessage(message: Message, where?: string): string {
  const { invitation, own, seq } = message
  const advice = invitation === null || invitation.joined || own ? '' : `: dchat-cli accept --seq ${seq}`
  return `${formatTime(saidAt(message))} ${lineText(message, where)}${advice}`
}

/** Local time to the second. */
export function formatTime(unixMs: number): string {
  const date = new Date(unixMs)
  if (Number.isNaN(date.getTime())) return '????-??-?? ??:??:??'
  const two = (value: number): string => String(value).padStart(2, '0')
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
}

/** What is looked at of an own line. */
export type SentLine = Pick<Message, 'seq' | 'id' | 'encrypted' | 'delivery'>

/** What became of an own line, without promising more than is known. */
export function formatDelivery({ seq, id, encrypted, delivery }: SentLine): string {
  if (encrypted === 'direct' && id === null && delivery?.state === 'stored')
    return `stored as ${seq}, waiting for a box key: it goes out, encrypted, once there is one`
  if (delivery === null || delivery.state === 'stored')
    return `stored as ${seq}, written to nobody yet: it goes out when a peer is connected`
  if (delivery.state === 'failed') return `stored as ${seq}, but given up: it goes to no peer`
  const peers = delivery.written === 1 ? '1 peer' : `${delivery.written} peers`
  const held = delivery.held === 0 ? '' : `, held by ${delivery.held}`
  return `stored as ${seq}, written to ${peers}${held}`
}

/** Rows as columns, each as wide as its widest cell. */
export function formatTable(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = []
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length)
  }
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

/** `3 d 4 h`, `5 min 6 s`: the two largest units. */
export function formatDuration(seconds: number): string {
  const units = [
    ['d', Math.floor(seconds / 86_400)],
    ['h', Math.floor(seconds / 3600) % 24],
    ['min', Math.floor(seconds / 60) % 60],
    ['s', Math.floor(seconds) % 60],
  ] as const
  const first = units.findIndex(([, count]) => count > 0)
  if (first === -1) return '0 s'
  return units
    .slice(first, first + 2)
    .filter(([, count]) => count > 0)
    .map(([unit, count]) => `${count} ${unit}`)
    .join(' ')
}
