import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { holdPosts, postSeries } from '@dchat/chat/testing'
import { DaemonNode, TempHome } from '@dchat/e2e'
import { RpcUnreachable, isRpcError } from '@dchat/rpc'
import type { Message } from '@dchat/rpc'
import { openStore } from '@dchat/store'
import { SeededRandom, SystemClock, makeFolder, silentLogger } from '@dchat/system'
import { count, promise } from '../experiment.ts'
import type { Experiment, Finding, Trial } from '../experiment.ts'
import { DAMAGES, damaged } from './damage.ts'

const AUTHORS = ['ann', 'ben', 'cem', 'dot', 'eve', 'fay']
const POSTS_EACH = 100
/** Homes at a time. */
const AT_ONCE = 2
/** A file that is found damaged while it is read is set aside by the next start. */
const STARTS_ALLOWED = 2
/** Of an end over damage. */
const DATA_CODE = 5
/** A life in which reading fails so often in a row needs a start. */
const FAILURES_ALLOWED = 30
/** To be filled again by a peer on a busy machine: a refill takes less than a second on an idle one. */
const REFILL_MS = 60_000
const LOOK_MS = 50

export const damagedStore: Experiment = {
  part: 'faults',
  name: 'damaged-store',
  claim:
    'Whatever a disk does to the database, the daemon starts, never shows a line that is not what was said, and has all of them again from itself and a peer after one restart at most.',
  run: damageOften,
}

/** What a line has to say, by the id of its post. */
type Truth = ReadonlyMap<string, string>

interface Prepared {
  readonly bytes: Buffer
  readonly truth: Truth
}

/** What came of one damage. */
interface Fate {
  readonly starts: number
  readonly wasSetAside: boolean
  readonly wrong: number
  /** What went wrong, if something did. */
  readonly fault: string | undefined
}

const NOTHING: Omit<Fate, 'fault'> = { starts: 0, wasSetAside: false, wrong: 0 }

async function damageOften(trial: Trial): Promise<readonly Finding[]> {
  const rounds = trial.of(DAMAGES.length, 200)
  const { bytes, truth } = await prepare()
  await using peer = new DaemonNode({ config: { net: ['outbound_connections = 0'] } })
  putStore(peer, bytes)
  await peer.start()
  await peer.reaches('run')
  const url = await peer.url()
  const fates: Fate[] = []
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < rounds) {
      const round = next
      next += 1
      const kind = DAMAGES[round % DAMAGES.length]!
      const spoilt = damaged(bytes, kind, new SeededRandom(trial.seed * 1_000 + round))
      await using node = new DaemonNode({ listens: false, config: { net: ['outbound_connections = 0', `peers = ["${url}"]`] } })
      putStore(node, spoilt)
      const fate = await live(node, truth).catch((error: unknown): Fate => ({ ...NOTHING, fault: String(error) }))
      fates.push(fate.fault === undefined ? fate : { ...fate, fault: `round ${round}, ${kind}: ${fate.fault}` })
      if (fates.length % 50 === 0) trial.say(`${fates.length} damages`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return findingsOf(fates)
}

function findingsOf(fates: readonly Fate[]): Finding[] {
  const wrong = fates.reduce((sum, fate) => sum + fate.wrong, 0)
  const faults = fates.flatMap(({ fault }) => fault ?? [])
  const asideCount = fates.filter(({ wasSetAside }) => wasSetAside).length
  const again = fates.filter(({ starts }) => starts > 1).length
  return [
    promise(`${count(fates.length)} damages of a database of ${AUTHORS.length * POSTS_EACH} posts: ${DAMAGES.join(', ')}`, {
      outcome: `${count(wrong)} wrong lines shown`,
      aim: 'none',
      isMet: wrong === 0,
    }),
    promise('the lives after them, with a peer that has all posts', {
      outcome: `${count(fates.length - faults.length)} of ${count(fates.length)} had all lines again; ${count(asideCount)} set the file aside, ${count(again)} after one restart${faults.length > 0 ? `; ${faults[0]}` : ''}`,
      aim: 'all, after one restart at most',
      isMet: faults.length === 0,
    }),
  ]
}

/** A database with posts of an hour ago. */
async function prepare(): Promise<Prepared> {
  using home = new TempHome()
  const path = join(home.path, 'messages.db')
  const fromMs = Date.now() - 3_600_000
  const posts = AUTHORS.flatMap((name, index) => postSeries({ name, count: POSTS_EACH, fromMs: fromMs + index }))
  const store = openStore({ path, clock: new SystemClock(), logger: silentLogger })
  await holdPosts(store, posts)
  const truth = new Map(
    store.history({ limit: 1_000 }).messages.map((line) => [line.id!, said({ ...line, key: line.authorKey })]),
  )
  await store.close()
  return { bytes: readFileSync(path), truth }
}

/** What a line says: what is compared. */
function said({ text, key, room, time }: { text: string; key: string | null; room: string; time: number | null }): string {
  return JSON.stringify([text, key, room, time])
}

function putStore({ home }: DaemonNode, bytes: Buffer): void {
  const { storePath } = home.paths
  makeFolder(dirname(storePath))
  writeFileSync(storePath, bytes, { mode: 0o600 })
}

/** Starts until all is well. A daemon that ends over damage is started again, as a service manager does. */
async function live(node: DaemonNode, truth: Truth): Promise<Fate> {
  const told = { wrong: 0, wasSetAside: false }
  for (let starts = 1; ; starts += 1) {
    const { isWell, wrong } = await startAndRead(node, truth)
    told.wrong += wrong
    told.wasSetAside ||= node.program.stderr.includes('STORE_DAMAGED_SET_ASIDE')
    if (isWell) return { ...told, starts, fault: undefined }
    if (starts === STARTS_ALLOWED) {
      return { ...told, starts, fault: `not well after ${starts} starts: ${node.program.stderr.slice(-1_500)}` }
    }
    if (node.program.ending === undefined) await node.kill('SIGTERM')
    else if (node.program.ending.code !== DATA_CODE)
      return { ...told, starts, fault: `it ended: ${JSON.stringify(node.program.ending)}` }
  }
}

async function startAndRead(node: DaemonNode, truth: Truth): Promise<Readings> {
  try {
    await node.start()
  } catch (error) {
    if (node.program.ending === undefined) throw error
    return { isWell: false, wrong: 0 }
  }
  const readings = await readOn(node, truth)
  if (!readings.isWell) await settled(node)
  return readings
}

/** A client learns of an end a moment before the process is gone. */
async function settled(node: DaemonNode): Promise<void> {
  const isThere = await node.client.call('node.get_info', []).then(
    () => true,
    () => false,
  )
  if (!isThere) await node.program.ended()
}

interface Readings {
  readonly isWell: boolean
  /** Lines that do not say what was said. */
  readonly wrong: number
}

/** Reads in every way until all lines are there, or reading fails again and again. */
async function readOn(node: DaemonNode, truth: Truth): Promise<Readings> {
  const wrong = new Set<string>()
  const endMs = performance.now() + REFILL_MS
  let failures = 0
  while (failures < FAILURES_ALLOWED && performance.now() < endMs && node.program.ending === undefined) {
    const seen = new Set<string>()
    try {
      const lines = [await node.history(), (await node.client.call('chat.history', { limit: 1_000 })).messages]
      lines.push(await node.client.call('chat.search', { query: 'post 7' }).then(({ messages }) => messages))
      for (const line of lines.flat()) {
        if (line.id !== null && isTrue(line, truth)) seen.add(line.id)
        else wrong.add(JSON.stringify(line))
      }
      failures = 0
    } catch (error) {
      if (error instanceof RpcUnreachable) break // it has ended, which is looked at
      if (!isRpcError(error, 'store_failed')) throw error
      failures += 1
    }
    if (seen.size === truth.size) return { isWell: true, wrong: wrong.size }
    await delay(LOOK_MS)
  }
  return { isWell: false, wrong: wrong.size }
}

function isTrue({ id, text, author, room, time }: Message, truth: Truth): boolean {
  return truth.get(id ?? '') === said({ text, key: author?.key ?? null, room, time })
}
