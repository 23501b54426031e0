/**
 * Check sums of rows: SQLite notices a page that cannot be right, and takes a letter that has become another for what was said.
 * What is read of lines is what was stored, or an error.
 */
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import { crc32 } from 'node:zlib'

/** A line is not what was stored. `message` tells nothing of what it says. */
export class RowDamage extends Error {
  override readonly name = 'RowDamage'
  readonly seq: number

  constructor(seq: number) {
    super(`line ${seq} is not what was stored`)
    this.seq = seq
  }
}

/** What is kept beside the rows of a table, an index or a number, does not fit them. */
export class TableDamage extends Error {
  override readonly name = 'TableDamage'
}

/** What the check sum of a line holds: all that is shown of it, but what changes later. */
export interface SummedLine {
  readonly seq: number
  /** One of LINE_CLASS. */
  readonly lineClass: number
  /** A position in KINDS. */
  readonly kind: number
  readonly room: string
  readonly at: number
  readonly received: number
  readonly time: number | null
  /** '' without a post. */
  readonly id: string
  readonly authorKey: string | null
  readonly nick: string | null
  readonly from: string | null
  readonly text: string
}

/** `inspectDatabase` sums rows up in the same way. */
export function sumOfLine(line: SummedLine): number {
  const { seq, lineClass, kind, room, at, received, time, id, authorKey, nick, from, text } = line
  return crc32(`${seq} ${lineClass} ${kind} ${room} ${at} ${received} ${time} ${id} ${authorKey} ${nick} ${from} ${text}`)
}

/** Gives SQL the function `line_sum`, with which a migration sums up old lines. */
export function defineSum(db: DatabaseSync): void {
  db.function('line_sum', { deterministic: true, varargs: true }, (...row: SQLOutputValue[]) => {
    const [seq, lineClass, kind, room, at, received, time, id, authorKey, nick, from, text] = row
    return sumOfLine({
      ...{ seq: Number(seq), lineClass: Number(lineClass), kind: Number(kind), room: String(room), at: Number(at) },
      ...{ received: Number(received), time: time === null ? null : Number(time), id: String(id), text: String(text) },
      ...{ authorKey: authorKey as string | null, nick: nick as string | null, from: from as string | null },
    })
  })
}
