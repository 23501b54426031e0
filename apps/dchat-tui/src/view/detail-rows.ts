/** All that is known of one line, in words. Pure. */
import type { Message } from '@dchat/rpc'
import { maskInvitations } from '@dchat/rpc'
import { sanitizeNick, sanitizeText } from '@dchat/system'
import type { OverlaySize } from '../overlays/overlay.ts'
import type { ChatState, LineDelivery, Overlay } from '../state/model.ts'
import { authorName, impostorWords, messageName } from './author.ts'
import type { Row } from './item-rows.ts'
import { roomNameIn } from './room-name.ts'
import type { StyleName } from './theme.ts'
import { clockTime, isoTime } from './time.ts'
import { padText } from './width.ts'
import { wrapText } from './wrap.ts'

const LABEL_COLUMNS = 11
/** Below this many columns a label has a row of its own. */
const BESIDE_FROM = 36

/** The rows of the detail view, none wider than the screen. */
export function detailRows(
  { message, delivery }: Pick<Extract<Overlay, { kind: 'detail' }>, 'message' | 'delivery'>,
  state: Pick<ChatState, 'rooms' | 'node'>,
  { columns }: Pick<OverlaySize, 'columns'>,
): Row[] {
  const texts: [string, StyleName][] = []
  const facts = [
    ...authorFacts(message, state.node?.nick ?? null),
    ...lineFacts(message, state),
    ...deliveryFacts(message, delivery),
  ]
  for (const [label, value] of facts) for (const text of labelled(label, value, columns)) texts.push([text, 'text'])
  texts.push(['', 'text'])
  const shown = message.retracted
    ? '(taken back by its author)'
    : sanitizeText(maskInvitations(message.text), { keepNewlines: true })
  for (const { text } of wrapText(shown, { first: columns, rest: columns })) texts.push([text, 'own'])
  return texts.map(([text, style], index) => ({ key: 'detail', offset: index, spans: [{ text, style }] }))
}

type Fact = readonly [label: string, value: string]

function authorFacts(message: Message, ownNick: string | null): Fact[] {
  const { author, own } = message
  const name = messageName(message, ownNick)
  const full =
    own || author.key === null || author.tag === null ? name : `${sanitizeNick(author.nick ?? '')}#${sanitizeNick(author.tag)}`
  const facts: Fact[] = [['from', own ? `${name} (you)` : full === name ? name : `${name}, in full ${full}`]]
  if (author.key !== null) facts.push(['key', sanitizeText(author.key)])
  if (author.room_key !== null && author.room_key !== author.key) facts.push(['room key', sanitizeText(author.room_key)])
  if (author.key === null && author.from !== null) facts.push(['peer', sanitizeText(author.from)])
  if (author.key === null && !own) facts.push(['signed', 'no: it came as it is from the peer, and anybody could have written it'])
  if (author.verified !== null)
    facts.push([
      'vouched',
      author.verified ? 'an identity vouches for the key of this room' : 'nobody vouches for the key of this room',
    ])
  const warning = impostorWords(message)
  if (warning !== null) facts.push(['WARNING', warning])
  else if (!own && author.known_as !== null)
    facts.push(['WARNING', `another key goes by this nick: /verify ${authorName(author)}`])
  return facts
}

function lineFacts(message: Message, { rooms }: Pick<ChatState, 'rooms'>): Fact[] {
  return [
    ['room', roomNameIn(rooms, message.room)],
    ['said', message.time === null ? 'the line has no time of its own' : `${isoTime(message.time)} by the author's clock`],
    ['received', isoTime(message.received)],
    ['kind', message.kind],
    ['encrypted', ENCRYPTED_WORDS[message.encrypted ?? 'no']],
    ['number', `${message.seq} on this node`],
    ['id', message.id === null ? 'none' : sanitizeText(message.id)],
  ]
}

const ENCRYPTED_WORDS = {
  no: 'no: everybody could read it',
  direct: 'to the other of the conversation alone',
  room: 'to the members of the private room',
} as const

function deliveryFacts({ delivery, own }: Message, told: LineDelivery | null): Fact[] {
  if (!own) return []
  const { state, written, held } = told ?? delivery ?? { state: 'stored', written: 0, held: 0 }
  const facts: Fact[] = [['delivery', DELIVERY_WORDS[state](written, held)]]
  for (const peer of told?.peers ?? []) {
    const channel = peer.channel === null ? '' : `, channel ${peer.channel}`
    facts.push(['', `${peer.state} ${clockTime(peer.time)}  ${sanitizeText(peer.url)}${channel}`])
  }
  if (told !== null && !told.isComplete)
    facts.push(['', 'there may be more peers: those of long ago, and of before the daemon was started, are not remembered'])
  return facts
}

const DELIVERY_WORDS: Readonly<Record<LineDelivery['state'], (written: number, held: number) => string>> = {
  stored: (written) => (written > 0 ? `written to ${peers(written)}` : 'stored here; no peer was there'),
  sent: (written, held) => `written to ${peers(written)}${held > 0 ? `, ${peers(held)} said to hold it` : ''}`,
  held: (written, held) => `written to ${peers(written)}, ${peers(held)} said to hold it`,
  failed: () => 'not sent: given up',
}

function peers(count: number): string {
  return `${count} ${count === 1 ? 'peer' : 'peers'}`
}

function labelled(label: string, value: string, columns: number): string[] {
  if (columns < BESIDE_FROM) {
    const rows = wrapText(value, { first: columns - 1, rest: columns - 1 }).map(({ text }) => ` ${text}`)
    return label === '' ? rows : [label, ...rows]
  }
  const room = columns - LABEL_COLUMNS
  return wrapText(value, { first: room, rest: room }).map(
    ({ text }, index) => padText(index === 0 ? label : '', LABEL_COLUMNS, { ellipsis: '', align: 'left' }) + text,
  )
}
