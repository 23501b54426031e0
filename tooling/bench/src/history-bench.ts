/** How soon a node has what another holds: two processes, stores in files, one tcp link. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { fill, openFile, startNode } from './history-node.ts'

const POSTS = 100_000
const DAY_POSTS = 5_000

export interface CatchUpRow {
  readonly label: string
  readonly posts: number
  /** Until the first page is stored, and until all is. */
  readonly firstPageMs: number
  readonly allMs: number
  readonly aimFirstPageMs?: number
  readonly aimAllMs?: number
  readonly longestBlockMs: number
  /** What the node that catches up takes of a core, its other threads included. */
  readonly coreMs: number
}

export async function historyBench(): Promise<CatchUpRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'dchat-bench-'))
  try {
    const full = join(folder, 'full.db')
    const away = join(folder, 'away.db')
    const endMs = Date.now() - 60_000
    const base = openFile(full)
    await fill(base, { from: 0, to: POSTS - DAY_POSTS, total: POSTS, endMs })
    await base.close()
    copyFileSync(full, away)
    const rest = openFile(full)
    await fill(rest, { from: POSTS - DAY_POSTS, to: POSTS, total: POSTS, endMs })
    await rest.close()
    return [
      { label: 'away for a day', aimAllMs: 5_000, ...(await catchUp(full, { path: away, missing: DAY_POSTS })) },
      {
        label: 'empty',
        aimFirstPageMs: 1_000,
        aimAllMs: 60_000,
        ...(await catchUp(full, { path: join(folder, 'empty.db'), missing: POSTS })),
      },
    ]
  } finally {
    rmSync(folder, { recursive: true })
  }
}

type Measured = Pick<CatchUpRow, 'posts' | 'firstPageMs' | 'allMs' | 'longestBlockMs' | 'coreMs'>

async function catchUp(full: string, { path, missing }: { path: string; missing: number }): Promise<Measured> {
  const server = fork(new URL('./history-server.ts', import.meta.url), [full], { execArgv: process.execArgv })
  const [{ url }] = (await once(server, 'message')) as [{ url: string }]
  const store = openFile(path)
  const done = Promise.withResolvers<void>()
  let stored = 0
  let firstPageMs = 0
  const startMs = performance.now()
  store.posts.onCommitted((posts) => {
    for (const { fate } of posts) if (fate === 'stored') stored += 1
    if (firstPageMs === 0 && stored >= 200) firstPageMs = performance.now() - startMs
    if (stored >= missing) done.resolve()
  })
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const before = process.cpuUsage()
  const node = await startNode(store, { peers: [url] })
  await done.promise
  const allMs = performance.now() - startMs
  delay.disable()
  const { user, system } = process.cpuUsage(before)
  await node.stop()
  const exited = once(server, 'exit')
  server.disconnect()
  await exited
  return { posts: missing, firstPageMs, allMs, longestBlockMs: delay.max / 1e6, coreMs: (user + system) / 1000 }
}
