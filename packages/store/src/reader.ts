/** Pages of lines. Facts: spec rpc.md, chat.history and recv. */
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { MAX_PAGE_BYTES, MAX_PAGE_LINES, MAX_PENDING, MAX_RECENT_BYTES, MAX_RECENT_SCAN, MAX_RECENT_TEXTS } from './limits.ts'
import type { StoredMessage } from './message.ts'
import type { HistoryPage, HistoryQuery, RecentBounds } from './message-store.ts'
import type { Rooms } from './rooms.ts'
import { IS_SHOWN, SELECT_ROW, SUMMED_COLUMNS, sizeOf, toMessage, toSummed } from './row.ts'
import { KINDS, LINE_CLASS } from './schema.ts'
import { firstRow, prepareRows } from './statement.ts'
import type { Row } from './statement.ts'

const FORWARDS = 'ORDER BY m.at, m.id, m.seq LIMIT ?'
const BACKWARDS = 'ORDER BY m.at DESC, m.id DESC, m.seq DESC LIMIT ?'

/** Reads what is committed; keeps nothing but its statements. */
export class Reader {
  readonly #rooms: Rooms
  readonly #since: StatementSync
  readonly #sinceInRoom: StatementSync
  readonly #newest: StatementSync
  readonly #newestInRoom: StatementSync
  readonly #before: StatementSync
  readonly #beforeInRoom: StatementSync
  readonly #after: StatementSync
  readonly #afterInRoom: StatementSync
  readonly #place: StatementSync
  readonly #recent: StatementSync
  readonly #recentInRoom: StatementSync
  readonly #pending: StatementSync
  readonly #line: StatementSync

  constructor(db: DatabaseSync, rooms: Rooms) {
    const prepare = (sql: string): StatementSync => prepareRows(db, sql)
    this.#rooms = rooms
    this.#since = prepare(`${SELECT_ROW} WHERE m.seq > ? AND ${IS_SHOWN} ORDER BY m.seq LIMIT ?`)
    this.#sinceInRoom = prepare(`${SELECT_ROW} WHERE m.room = ? AND m.seq > ? AND ${IS_SHOWN} ORDER BY m.seq LIMIT ?`)
    this.#newest = prepare(`${SELECT_ROW} WHERE ${IS_SHOWN} ${BACKWARDS}`)
    this.#newestInRoom = prepare(`${SELECT_ROW} WHERE m.room = ? AND ${IS_SHOWN} ${BACKWARDS}`)
    this.#before = prepare(`${SELECT_ROW} WHERE (m.at, m.id, m.seq) < (?, ?, ?) AND ${IS_SHOWN} ${BACKWARDS}`)
    this.#beforeInRoom = prepare(
      `${SELECT_ROW} WHERE m.room = ? AND (m.at, m.id, m.seq) < (?, ?, ?) AND ${IS_SHOWN} ${BACKWARDS}`,
    )
    this.#after = prepare(`${SELECT_ROW} WHERE (m.at, m.id, m.seq) > (?, ?, ?) AND ${IS_SHOWN} ${FORWARDS}`)
    this.#afterInRoom = prepare(`${SELECT_ROW} WHERE m.room = ? AND (m.at, m.id, m.seq) > (?, ?, ?) AND ${IS_SHOWN} ${FORWARDS}`)
    this.#place = prepare('SELECT at, id, seq FROM messages WHERE seq = ?')
    const recent = (where: string): StatementSync =>
      prepare(
        `SELECT ${SUMMED_COLUMNS} FROM messages m CROSS JOIN rooms r ON r.id = m.room
         WHERE ${where} m.seq > ? AND m.class < ? AND m.kind <= ? AND m.retracted = 0 AND ${IS_SHOWN} ORDER BY m.seq DESC LIMIT ?`,
      )
    this.#recent = recent('')
    this.#recentInRoom = recent('m.room = ? AND')
    this.#line = prepare(`${SELECT_ROW} WHERE m.seq = ?`)
    this.#pending = prepare(
      `${SELECT_ROW} WHERE d.state = 0 AND (m.id <> '' OR m.seq IN (SELECT seq FROM waiting)) ORDER BY d.seq LIMIT ?`,
    )
  }

  /** @throws {RangeError} for a query out of range */
  page(query: HistoryQuery, lastSeq: number): HistoryPage {
    checkQuery(query)
    const { since, limit, maxBytes = MAX_PAGE_BYTES } = query
    const room = query.room === undefined ? undefined : this.#rooms.find(query.room)
    if (query.room !== undefined && room === undefined) return { messages: [], more: false, lastSeq }
    const inRoom = room === undefined ? [] : [room]
    if (since !== undefined) {
      const rows = (room === undefined ? this.#since : this.#sinceInRoom).iterate(...inRoom, since, limit + 1)
      return { ...take(rows, limit, maxBytes), lastSeq }
    }
    if (query.after !== undefined) {
      const place = this.#place.get(query.after) as unknown as SQLInputValue[] | undefined
      if (place === undefined) return { messages: [], more: false, lastSeq }
      const rows = (room === undefined ? this.#after : this.#afterInRoom).iterate(...inRoom, ...place, limit + 1)
      return { ...take(rows, limit, maxBytes), lastSeq }
    }
    const rows = this.#backwards(query.before, inRoom, limit + 1)
    const { messages, more } = rows === undefined ? { messages: [], more: false } : take(rows, limit, maxBytes)
    return { messages: messages.reverse(), more, lastSeq }
  }

  #backwards(before: number | undefined, inRoom: SQLInputValue[], count: number): Iterable<unknown> | undefined {
    if (before === undefined) return (inRoom.length === 0 ? this.#newest : this.#newestInRoom).iterate(...inRoom, count)
    const place = this.#place.get(before) as unknown as SQLInputValue[] | undefined
    if (place === undefined) return undefined
    return (inRoom.length === 0 ? this.#before : this.#beforeInRoom).iterate(...inRoom, ...place, count)
  }

  /** The line with this seq, and the bytes it counts for. */
  line(seq: number): { message: StoredMessage; bytes: number } | undefined {
    const row = firstRow(this.#line, seq)
    return row === undefined ? undefined : { message: toMessage(row), bytes: sizeOf(row) }
  }

  /** Lines of own posts that no peer is known to have, and those that wait for their posts, oldest first. */
  pending(): StoredMessage[] {
    return (this.#pending.all(MAX_PENDING) as unknown as Row[]).map(toMessage)
  }

  recentTexts(lastSeq: number, { room, maxMessages = MAX_RECENT_TEXTS, maxBytes = MAX_RECENT_BYTES }: RecentBounds): string[] {
    const inRoom = room === undefined ? undefined : this.#rooms.find(room)
    if (room !== undefined && inRoom === undefined) return []
    const texts: string[] = []
    let bytes = 0
    const scope = [lastSeq - MAX_RECENT_SCAN, LINE_CLASS.own, KINDS.indexOf('action'), maxMessages]
    const newest = inRoom === undefined ? this.#recent.iterate(...scope) : this.#recentInRoom.iterate(inRoom, ...scope)
    for (const row of newest as Iterable<unknown>) {
      const { text } = toSummed(row as Row)
      bytes += Buffer.byteLength(text)
      if (bytes > maxBytes) break
      texts.push(text)
    }
    return texts.reverse()
  }
}

/** The first `limit` lines of `rows` that hold no more than `maxBytes` (the first always), and whether there are more. */
function take(rows: Iterable<unknown>, limit: number, maxBytes: number): { messages: StoredMessage[]; more: boolean } {
  const messages: StoredMessage[] = []
  let bytes = 0
  for (const row of rows as Iterable<Row>) {
    bytes += sizeOf(row)
    if (messages.length > 0 && (messages.length === limit || bytes > maxBytes)) return { messages, more: true }
    messages.push(toMessage(row))
  }
  return { messages, more: false }
}

function checkQuery({ since, before, after, limit, maxBytes = MAX_PAGE_BYTES }: HistoryQuery): void {
  const isIn = (value: number, from: number, to: number): boolean => Number.isSafeInteger(value) && value >= from && value <= to
  if (!isIn(limit, 1, MAX_PAGE_LINES)) throw new RangeError(`limit: has to be 1 to ${MAX_PAGE_LINES}`)
  if (!isIn(maxBytes, 1, Number.MAX_SAFE_INTEGER)) throw new RangeError('maxBytes: has to be 1 or more')
  const places = [since, before, after].filter((seq) => seq !== undefined)
  if (places.length > 1) throw new RangeError('since, before and after exclude each other')
  if (!places.every((seq) => isIn(seq, 0, Number.MAX_SAFE_INTEGER)))
    throw new RangeError('since, before, after: has to be 0 or more')
}
