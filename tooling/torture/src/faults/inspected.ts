import { DatabaseSync } from 'node:sqlite'

/** What SQLite itself says of a database that no daemon has open: its verdict, and how many lines are in it. */
export function inspected(path: string): { readonly verdict: string; readonly lines: number } {
  const db = new DatabaseSync(path, { readOnly: true })
  try {
    const verdict = String(db.prepare('PRAGMA integrity_check').get()?.['integrity_check'])
    return { verdict, lines: Number(db.prepare('SELECT count(*) AS lines FROM messages').get()?.['lines']) }
  } finally {
    db.close()
  }
}
