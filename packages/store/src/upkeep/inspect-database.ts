/** Looks a whole database over. Runs in a thread of its own, from its source text: it may use nothing but what it is given. */
import type { Hash } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'

/** Something in the store that is not as it has to be. */
export interface CheckProblem {
  /**
   * `pages`: the file is damaged; `counters`: a number kept does not fit what is there; `ids`: bytes of posts are not what they were;
   * `lines`: nor are lines; `dangling`: rows that belong to nothing.
   */
  readonly what: 'pages' | 'counters' | 'ids' | 'lines' | 'dangling'
  readonly count: number
  readonly detail: string
}

export interface Inspection {
  readonly problems: CheckProblem[]
  readonly counts: {
    readonly messages: number
    readonly posts: number
    readonly rooms: number
    /** Lines that the search index does not know yet; a search looks through them. */
    readonly unindexed: number
  }
}

export interface InspectOptions {
  /** Compare every index and the trigrams of the search index too: takes ten times as long. */
  readonly isFull: boolean
}

export interface InspectTools {
  readonly createHash: (name: 'sha256') => Hash
  readonly crc32: (text: string) => number
  /** The columns of a line `m` and its room `r` that its sum holds, and the sum. */
  readonly summedColumns: string
}

/** In one read transaction, so that lines that are stored meanwhile do no harm. */
export function inspectDatabase(db: DatabaseSync, { isFull }: InspectOptions, tools: InspectTools): Inspection {
  const { createHash, crc32, summedColumns } = tools
  const problems: CheckProblem[] = []
  const report = (what: CheckProblem['what'], count: number, detail: string): void => {
    if (count > 0) problems.push({ what, count, detail: detail.slice(0, 300) })
  }
  const numberOf = (sql: string): number => Number(Object.values(db.prepare(sql).get() ?? {})[0] ?? 0)
  const compare = (what: string, kept: number, real: number): void =>
    report('counters', kept === real ? 0 : 1, `${what}: kept as ${kept}, counted ${real}`)

  const checkPages = (): void => {
    const only = isFull ? '' : 'AND rootpage > 0'
    for (const { name } of db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' ${only}`).all()) {
      const pragma = isFull ? 'integrity_check' : 'quick_check'
      const rows = db.prepare(`PRAGMA ${pragma}("${String(name)}")`).all()
      const found = rows.map((row) => String(Object.values(row)[0])).filter((text) => text !== 'ok')
      report('pages', found.length, `${String(name)}: ${found[0] ?? ''}`)
    }
  }
  const checkCounters = (): void => {
    compare('lines', numberOf('SELECT messages FROM totals'), numberOf('SELECT count(*) FROM messages'))
    const bytes = numberOf('SELECT coalesce(sum(size), 0) FROM messages') + numberOf('SELECT coalesce(sum(size), 0) FROM posts')
    compare('bytes', numberOf('SELECT bytes FROM totals'), bytes)
    const isAhead = numberOf('SELECT coalesce(max(seq), 0) FROM messages') > numberOf('SELECT last_seq FROM totals')
    report('counters', isAhead ? 1 : 0, 'a line has a seq that was not given out yet')
    const perRoom = 'SELECT count(*) FROM rooms r WHERE r.posts <> (SELECT count(*) FROM posts p WHERE p.room = r.id)'
    report('counters', numberOf(perRoom), 'rooms with another number of posts than is kept')
    const perAuthor =
      'SELECT count(*) FROM (SELECT author, count(*) AS n FROM posts GROUP BY author) c JOIN post_authors a ON a.n = c.author WHERE a.posts <> c.n'
    report('counters', numberOf(perAuthor), 'authors with another number of posts than is kept')
    const perMinute =
      'SELECT count(*) FROM (SELECT author, minute, count(*) AS n FROM posts GROUP BY author, minute) c JOIN post_minutes m ON m.author = c.author AND m.minute = c.minute WHERE m.posts <> c.n'
    report('counters', numberOf(perMinute), 'minutes of authors with another number of posts than is kept')
  }
  const checkIds = (): void => {
    let wrong = 0
    let first = ''
    for (const { id, bytes } of db.prepare('SELECT id, bytes FROM posts').iterate()) {
      const kept = Buffer.from(id as Uint8Array).toString('hex')
      if (
        createHash('sha256')
          .update(bytes as Uint8Array)
          .digest('hex') === kept
      )
        continue
      wrong += 1
      first ||= kept
    }
    report('ids', wrong, `posts whose bytes do not give their id, the first: ${first}`)
  }
  /** As `sumOfLine` does. Whole numbers of any length, as a damaged one may have it, and lines without a room are left to `checkDangling`. */
  const checkLines = (): void => {
    const lines = db.prepare(`SELECT ${summedColumns} FROM messages m JOIN rooms r ON r.id = m.room`)
    lines.setReturnArrays(true)
    lines.setReadBigInts(true)
    let wrong = 0
    let first = ''
    for (const row of lines.iterate() as Iterable<unknown> as Iterable<readonly unknown[]>) {
      if (BigInt(crc32(row.slice(0, -1).map(String).join(' '))) === row.at(-1)) continue
      wrong += 1
      first ||= String(row[0])
    }
    report('lines', wrong, `lines that are not what was stored, the first: ${first}`)
  }
  const checkDangling = (): void => {
    const without = (table: string, column: string, other: string): void =>
      report(
        'dangling',
        numberOf(`SELECT count(*) FROM ${table} WHERE ${column} NOT IN (SELECT ${other})`),
        `rows of ${table} without what they belong to`,
      )
    without('messages', 'room', 'id FROM rooms')
    without('deliveries', 'seq', 'seq FROM messages')
    without('posts', 'room', 'id FROM rooms')
    without('posts', 'author', 'n FROM post_authors')
    without('post_authors', 'room', 'id FROM rooms')
    without('retractions', 'post', 'n FROM posts')
    without('untried', 'post', 'n FROM posts')
    without('hidden_posts', 'post', 'n FROM posts')
    without('members', 'room', 'id FROM rooms')
    without('rekeys', 'seq', 'seq FROM messages')
    without('waiting', 'seq', 'seq FROM messages')
    without('read_markers', 'client', 'client FROM read_clients')
  }

  db.exec('BEGIN')
  try {
    checkPages()
    checkCounters()
    checkIds()
    checkLines()
    checkDangling()
    const counts = {
      messages: numberOf('SELECT count(*) FROM messages'),
      posts: numberOf('SELECT count(*) FROM posts'),
      rooms: numberOf('SELECT count(*) FROM rooms'),
      unindexed: numberOf('SELECT count(*) FROM messages WHERE seq > (SELECT indexed FROM search_state)'),
    }
    return { problems, counts }
  } finally {
    db.exec('COMMIT')
  }
}
