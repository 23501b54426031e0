/** Lines as rows: what is checked, counted and written, and the way back. */
import type { StatementSync } from 'node:sqlite'
import { MAX_FIELD_UNITS, MAX_TEXT_BYTES, PAGE_BYTES } from './limits.ts'
import type { Delivery, NewMessage, StoredMessage } from './message.ts'
import { DELIVERY_STATES, KINDS, LINE_CLASS } from './schema.ts'
import type { LineTally } from './rooms/tallies.ts'
import { RowDamage, sumOfLine } from './row-sum.ts'
import type { SummedLine } from './row-sum.ts'
import type { Row } from './statement.ts'

/** What a row and its index entries take beside its strings, measured on files of short lines. */
const ROW_BYTES = 120
/** Above this, what a page has left over counts: a line of 9 KiB takes a page of 16 KiB. */
const LONG_LINE_BYTES = PAGE_BYTES / 8
/** The id is in the row, in two indexes, and a part of it in a third. */
const ID_COPIES = 3

export const INSERT_ROW = 'INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?)'

/** The columns `toSummed` reads, in its order: of a line `m` and its room `r`. */
export const SUMMED_COLUMNS = `
  m.seq, m.class, m.kind, r.name, m.at, m.received, m.time, m.id, m.author_key, m.nick, m.peer, m.text, m.sum`

/** The columns `toMessage` reads, in its order. */
export const SELECT_ROW = `
  SELECT ${SUMMED_COLUMNS}, coalesce(p.nick, m.nick), d.state, d.written, d.held, m.size, m.retracted, v.identity,
         m.mention AND NOT m.retracted
  FROM messages m JOIN rooms r ON r.id = m.room LEFT JOIN deliveries d ON d.seq = m.seq
  LEFT JOIN members v ON v.room = m.room AND v.author = m.author_key
  LEFT JOIN profiles p ON p.key = coalesce(v.identity, m.author_key)`
const SUMMED_COUNT = 13
const SIZE_COLUMN = SUMMED_COUNT + 4

/**
 * Whether a row of `SELECT_ROW` is shown: own lines and unsigned ones always. Who is ignored is so by the keys of his rooms too: these are
 * looked up by the few keys that are ignored, as CROSS JOIN says.
 */
export const IS_SHOWN = `(
  m.class = 2 OR m.author_key IS NULL OR (
    m.author_key NOT IN (SELECT key FROM ignored_keys)
    AND (m.room, m.author_key) NOT IN (SELECT i.room, i.author FROM ignored_keys k CROSS JOIN members i ON i.identity = k.key)
  )
)`

/** @throws {TypeError} saying what is wrong with `message` */
export function checkMessage(message: NewMessage): void {
  const { text, time, delivery } = message
  if (typeof text !== 'string' || !text.isWellFormed()) throw new TypeError('text: has to be a string without lone surrogates')
  checkField('room', message.room)
  if (message.id !== null) checkField('id', message.id)
  if (message.authorKey !== null) checkField('authorKey', message.authorKey)
  if (message.nick !== null) checkField('nick', message.nick)
  if (message.from !== null) checkField('from', message.from)
  if (message.id === '') throw new TypeError('id: has to be null or not empty')
  if (!KINDS.includes(message.kind)) throw new TypeError(`kind: unknown: ${message.kind}`)
  if (time !== null) checkWhole('time', time)
  checkWhole('received', message.received)
  if (typeof message.own !== 'boolean') throw new TypeError('own: has to be a boolean')
  if (delivery === null) return
  if (!message.own) throw new TypeError('delivery: only own lines have one')
  checkDelivery(delivery)
}

/** @throws {TypeError} saying what is wrong with `delivery` */
export function checkDelivery(delivery: Delivery): void {
  if (!DELIVERY_STATES.includes(delivery.state)) throw new TypeError(`delivery: unknown state: ${delivery.state}`)
  checkWhole('delivery.written', delivery.written)
  checkWhole('delivery.held', delivery.held)
}

function checkField(name: string, value: string): void {
  if (typeof value === 'string' && value.length <= MAX_FIELD_UNITS && value.isWellFormed()) return
  throw new TypeError(`${name}: has to be a string of at most ${MAX_FIELD_UNITS} units without lone surrogates`)
}

function checkWhole(name: string, value: number): void {
  if (!Number.isSafeInteger(value)) throw new TypeError(`${name}: has to be a whole number`)
}

/**
 * The bytes a line counts for against `maxBytes`: its text and other strings in UTF-8, the id as often as it is kept,
 * a fixed share for the row and its index entries, and for lines of 2 to 16 KiB the part of a page they take. The file
 * takes about as much.
 * @throws {TypeError} for a text longer than `MAX_TEXT_BYTES`
 */
export function countBytes(message: NewMessage): number {
  const textBytes = Buffer.byteLength(message.text)
  if (textBytes > MAX_TEXT_BYTES) throw new TypeError(`text: longer than ${MAX_TEXT_BYTES} bytes`)
  let bytes = ROW_BYTES + textBytes
  if (message.id !== null) bytes += ID_COPIES * message.id.length
  if (message.authorKey !== null) bytes += message.authorKey.length
  if (message.nick !== null) bytes += Buffer.byteLength(message.nick)
  if (message.from !== null) bytes += message.from.length
  if (bytes <= LONG_LINE_BYTES || bytes > PAGE_BYTES) return bytes
  return Math.floor(PAGE_BYTES / Math.floor(PAGE_BYTES / bytes))
}

/** The check sum of a line that stands, or is to stand, in the table. */
function sumOf(line: StoredMessage): number {
  const { time, received, id, kind } = line
  return sumOfLine({ ...line, id: id ?? '', at: time ?? received, kind: KINDS.indexOf(kind), lineClass: classOf(line) })
}

function classOf({ own, id }: Pick<NewMessage, 'own' | 'id'>): number {
  return own ? LINE_CLASS.own : id === null ? LINE_CLASS.unsigned : LINE_CLASS.signed
}

/** Runs `INSERT_ROW` for `message`, without an array between: this is what a line costs most. */
export function insertRow(
  insert: StatementSync,
  message: StoredMessage,
  place: { room: number; size: number; tally: LineTally },
): void {
  const { seq, id, time, received, authorKey, nick, from, text } = message
  const lineClass = classOf(message)
  const kind = KINDS.indexOf(message.kind)
  const { room, size } = place
  const { tally, mention } = place.tally
  const at = time ?? received
  const sum = sumOf(message)
  insert.run(seq, lineClass, kind, room, at, received, size, time, id ?? '', authorKey, nick, from, text, tally, mention, sum)
}

/** `message` as it is stored, in the one shape all stored messages have. */
export function asStored(message: NewMessage, { seq, mention }: Pick<StoredMessage, 'seq' | 'mention'>): StoredMessage {
  const { id, room, kind, authorKey, nick, from, text, time, received, own, delivery } = message
  const said = { seq, id, room, kind, authorKey, nick, from, text, time, received, own }
  return { ...said, delivery, retracted: false, mention, member: null }
}

/** Of a row that begins with `SUMMED_COLUMNS`. @throws {RowDamage} when it is not what was stored */
export function toSummed(row: Row): SummedLine {
  const [seq, lineClass, kind, room, at, received, time, id, authorKey, nick, from, text, sum] = row
  const line = {
    seq: Number(seq),
    lineClass: Number(lineClass),
    kind: Number(kind),
    room: String(room),
    at: Number(at),
    received: Number(received),
    time: time === null ? null : Number(time),
    id: String(id),
    authorKey: authorKey === null ? null : String(authorKey),
    nick: nick === null ? null : String(nick),
    from: from === null ? null : String(from),
    text: String(text),
  }
  if (sumOfLine(line) !== sum) throw new RowDamage(line.seq)
  return line
}

/** Of a row of `SELECT_ROW`. @throws {RowDamage} when it is not what was stored */
export function toMessage(row: Row): StoredMessage {
  const { seq, id, room, kind, authorKey, from, text, time, received, lineClass } = toSummed(row)
  const [nick, state, written, held, , retracted, member, mention] = row.slice(SUMMED_COUNT)
  return {
    seq,
    id: id === '' ? null : id,
    room,
    kind: KINDS[kind] ?? 'text',
    authorKey,
    nick: nick === null ? null : String(nick),
    from,
    text: retracted === 1 ? '' : text,
    time,
    received,
    own: lineClass === LINE_CLASS.own,
    delivery: typeof state === 'number' ? toDelivery(state, Number(written), Number(held)) : null,
    retracted: retracted === 1,
    mention: mention === 1,
    member: typeof member === 'string' ? member : null,
  }
}

function toDelivery(state: number, written: number, held: number): Delivery {
  return { state: DELIVERY_STATES[state] ?? 'stored', written, held }
}

/** The counted bytes of a row of `SELECT_ROW`. */
export function sizeOf(row: Row): number {
  return Number(row[SIZE_COLUMN])
}
