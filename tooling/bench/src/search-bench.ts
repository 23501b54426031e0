/**
 * What reading costs in a room of 1,000,000 lines: opening, pages, the list of rooms, searches (beside a plain scan by SQLite of
 * the same lines on this machine), and what the index costs.
 * Run: node --conditions=@dchat/source tooling/bench/src/search-bench.ts [lines] [folder]
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { DatabaseSync } from 'node:sqlite'
import { openStore } from '@dchat/store'
import type { MessageStore } from '@dchat/store'
import { SystemClock, silentLogger, sleep } from '@dchat/system'
import { Chatter } from './chatter.ts'

const LINES = Number(process.argv[2] ?? 1_000_000)
const ROUNDS = 5
const clock = new SystemClock()
const folder = mkdtempSync(join(process.argv[3] ?? tmpdir(), 'dchat-bench-'))
const path = join(folder, 'search.db')
const open = (): MessageStore => openStore({ path, clock, logger: silentLogger, maxBytes: 4 * 2 ** 30, maxAgeDays: 10_000 })

/** Fills the store with lines that are half a minute apart, as fast as it takes them. */
async function fill(store: MessageStore, chatter: Chatter): Promise<void> {
  const unsigned = { id: null, authorKey: null, nick: null, time: null, from: 'tcp://127.0.0.1:51000', room: 'dchat' }
  const startMs = Date.now() - LINES * 30_000
  let drained: (() => void) | undefined
  const stop = store.onDrain(() => drained?.())
  for (let line = 0; line < LINES; line += 1) {
    const received = startMs + line * 30_000
    if (store.add({ ...unsigned, kind: 'text', text: chatter.line(), received, own: false, delivery: null })) continue
    await new Promise<void>((resolve) => (drained = resolve))
  }
  stop()
  await store.flush()
}

/** Waits for the index; answers with the seconds it took. */
async function followed(): Promise<number> {
  const start = performance.now()
  const db = new DatabaseSync(path, { readOnly: true })
  const state = db.prepare('SELECT last_seq - indexed AS waiting FROM search_state, totals')
  while (Number(state.get()?.['waiting']) >= 256) await sleep(clock, 200)
  db.close()
  return (performance.now() - start) / 1000
}

function timed<T>(run: () => T): { value: T; ms: number } {
  const start = performance.now()
  const value = run()
  return { value, ms: performance.now() - start }
}

async function search(store: MessageStore, query: string): Promise<string> {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  const took: number[] = []
  let found = 0
  delay.enable()
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = performance.now()
    found = (await store.search({ query, room: 'dchat' })).length
    took.push(performance.now() - start)
  }
  delay.disable()
  const sorted = took.toSorted((a, b) => a - b)
  return `${found} found, first ${took[0]!.toFixed(1)} ms, median ${sorted[ROUNDS >> 1]!.toFixed(1)} ms, longest block ${(delay.max / 1e6).toFixed(0)} ms`
}

/** SQLite looks through all lines for the newest 50: what there would be without an index. */
function scan(query: string): string {
  const db = new DatabaseSync(path, { readOnly: true })
  const statement = db.prepare(
    "SELECT seq FROM messages WHERE room = 1 AND text LIKE '%' || ? || '%' ORDER BY at DESC, id DESC LIMIT 50",
  )
  const { ms } = timed(() => statement.all(query))
  db.close()
  return `a plain scan ${ms.toFixed(0)} ms`
}

try {
  const chatter = new Chatter(7)
  const { words } = chatter
  const first = open()
  const filled = performance.now()
  await fill(first, chatter)
  console.log(`${LINES.toLocaleString('en')} lines stored in ${((performance.now() - filled) / 1000).toFixed(1)} s`)
  console.log(`indexed in ${(await followed()).toFixed(1)} s more`)
  await first.close()
  console.log(`file: ${(statSync(path).size / 2 ** 20).toFixed(0)} MiB`)
  const { value: store, ms } = timed(open)
  console.log(`opening: ${ms.toFixed(1)} ms (aim 50)`)
  const newest = timed(() => store.history({ limit: 50, room: 'dchat' }))
  console.log(`newest page of 50: ${newest.ms.toFixed(2)} ms (aim 10)`)
  for (const seq of [LINES, LINES >> 1, 60]) {
    console.log(
      `page of 50 before line ${seq}: ${timed(() => store.history({ limit: 50, room: 'dchat', before: seq })).ms.toFixed(2)} ms (aim 10)`,
    )
  }
  store.rooms.list('bench')
  console.log(`list of rooms: ${timed(() => store.rooms.list('bench')).ms.toFixed(2)} ms (aim 20)`)
  const queries = [words[5]!, words[200]!, words[20_000]!, words.at(-1)!, words[3]! + words[4]!, `${words[20]} ${words[30]}`]
  const short = [
    'e',
    'q',
    'ev',
    'zq',
    chatter.character(5),
    chatter.character(5800),
    chatter.character(5) + chatter.character(400),
  ]
  for (const query of [...queries, 'absentword', ...short]) {
    console.log(`search ${JSON.stringify(query)}: ${await search(store, query)} (aim 100); ${scan(query)}`)
  }
  const checked = await store.check()
  console.log(`check: ${checked.ok ? 'sound' : 'NOT SOUND'}, ${(checked.tookMs / 1000).toFixed(1)} s`)
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const start = performance.now()
  await store.backup(join(folder, 'copy.db'))
  const tookMs = performance.now() - start
  delay.disable()
  console.log(`backup: ${(tookMs / 1000).toFixed(1)} s, longest block ${(delay.max / 1e6).toFixed(0)} ms`)
  await store.close()
} finally {
  rmSync(folder, { recursive: true, force: true })
}
