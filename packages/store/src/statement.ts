/** Statements whose rows are arrays, and blobs as buffers. */
import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite'

/** A row in the order of its columns. */
export type Row = readonly SQLOutputValue[]

/** Prepares `sql` to answer with arrays: a third cheaper than objects. */
export function prepareRows(db: DatabaseSync, sql: string): StatementSync {
  const statement = db.prepare(sql)
  statement.setReturnArrays(true)
  return statement
}

/** The first row, or undefined. */
export function firstRow(statement: StatementSync, ...values: SQLInputValue[]): Row | undefined {
  return statement.get(...values) as unknown as Row | undefined
}

/** A blob of a row, not copied. */
export function toBuffer(value: SQLOutputValue | undefined): Buffer {
  if (!(value instanceof Uint8Array)) throw new TypeError('the message store holds no blob where one belongs')
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
}
