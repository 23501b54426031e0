/** Who uses a nick, and since when. Facts: docs/chat.md, *Identity*. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { MAX_CLAIMS, MAX_NICKS_OF_KEY } from '../limits.ts'
import { NICK_EARNED_MS } from '../name-store.ts'
import type { Claim } from '../name-store.ts'
import type { Profile } from '../posts/profiles.ts'
import { firstRow, prepareRows } from '../statement.ts'
import type { Row } from '../statement.ts'

const COLUMNS = 'c.key, c.first_seen, c.since, c.last_seen, c.current, c.key IN (SELECT key FROM pinned_keys) AS pinned'

export class Claims {
  readonly #of: StatementSync
  readonly #own: StatementSync
  readonly #count: StatementSync
  readonly #put: StatementSync
  readonly #leave: StatementSync
  readonly #trim: StatementSync
  readonly #current: StatementSync

  constructor(db: DatabaseSync) {
    this.#of = prepareRows(db, `SELECT ${COLUMNS} FROM name_claims c WHERE folded = ? ORDER BY first_seen, key`)
    this.#own = prepareRows(db, `SELECT ${COLUMNS} FROM name_claims c WHERE folded = ? AND key = ?`)
    this.#count = prepareRows(
      db,
      'SELECT count(*), ? IN (SELECT key FROM pinned_keys) FROM name_claims WHERE folded = ? AND key NOT IN (SELECT key FROM pinned_keys)',
    )
    this.#put = db.prepare('INSERT OR REPLACE INTO name_claims VALUES (?, ?, ?, ?, ?, 1)')
    this.#leave = db.prepare(
      'UPDATE name_claims SET current = 0, last_seen = max(last_seen, ?) WHERE key = ? AND current = 1 AND folded <> ?',
    )
    this.#trim = db.prepare(
      `DELETE FROM name_claims WHERE (folded, key) IN (
         SELECT folded, key FROM name_claims WHERE key = ?
         ORDER BY current DESC, last_seen - since >= ${NICK_EARNED_MS} DESC, last_seen DESC LIMIT -1 OFFSET ${MAX_NICKS_OF_KEY}
       )`,
    )
    this.#current = prepareRows(db, 'SELECT folded FROM profiles WHERE key = ?')
  }

  /** First seen first; of very many only the first and the pinned ones, the others can't hold the nick. */
  of(folded: string): Claim[] {
    const claims = (this.#of.all(folded) as unknown as Row[]).map(toClaim)
    if (claims.length <= MAX_CLAIMS) return claims
    const kept = [...claims.filter(({ pinned }) => pinned), ...claims.filter(({ pinned }) => !pinned)].slice(0, MAX_CLAIMS)
    return claims.filter((claim) => kept.includes(claim))
  }

  /** A key has a newest profile. Inside its transaction. */
  note({ key, folded, received }: Profile): void {
    this.#leave.run(received, key, folded)
    const row = firstRow(this.#own, folded, key)
    if (row !== undefined) this.#use(folded, toClaim(row), received)
    else if (this.#mayCome(folded, key)) this.#put.run(folded, key, received, received, received)
    this.#trim.run(key)
  }

  /** A pinned key is always among the claimants of its nick. */
  notePinned(key: string, nowMs: number): void {
    const row = firstRow(this.#current, key)
    if (row === undefined) return
    const folded = String(row[0])
    if (firstRow(this.#own, folded, key) === undefined) this.#put.run(folded, key, nowMs, nowMs, nowMs)
  }

  #use(folded: string, claim: Claim, nowMs: number): void {
    const { key, firstSeen, since, lastSeen, current } = claim
    const isKept = current || lastSeen - since >= NICK_EARNED_MS
    this.#put.run(folded, key, firstSeen, isKept ? since : nowMs, Math.max(lastSeen, nowMs))
  }

  /** Who comes after so many others can't hold the nick, unless it is pinned. */
  #mayCome(folded: string, key: string): boolean {
    const [count, isPinned] = firstRow(this.#count, key, folded)!
    return isPinned === 1 || Number(count) < MAX_CLAIMS
  }
}

function toClaim([key, firstSeen, since, lastSeen, current, pinned]: Row): Claim {
  return {
    key: String(key),
    firstSeen: Number(firstSeen),
    since: Number(since),
    lastSeen: Number(lastSeen),
    current: current === 1,
    pinned: pinned === 1,
  }
}
