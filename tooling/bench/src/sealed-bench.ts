/**
 * What encrypted kinds cost: docs/chat.md, *Encrypted kinds*. What counts of a direct message is the time of all threads of the process
 * (`process.cpuUsage`, user and system): the library's steps run on the thread pool, and waiting for it costs nobody anything.
 */
import { performance } from 'node:perf_hooks'
import {
  newBoxSecret,
  newIdentity,
  newRoomSecret,
  openBoxKey,
  openDirect,
  openRoom,
  roomKeysOf,
  sealDirect,
  sealRoom,
} from '@dchat/chat'
import type { PostsRow } from './posts-bench.ts'

/** Of a node that has been there for 35 days: a new one every 7, each kept for 35. */
const LIVE_KEYS = 5
const ROUNDS = 5
const TIME = 1_795_000_000_000
const TEXT = { kind: 0, text: 'How are you today? '.repeat(6) } as const

interface Cost {
  /** Of all threads, ms for each. */
  readonly cpuMs: number
  /** From start to end, ms for each. */
  readonly wallMs: number
}

/** One after the other, in the best round: the one least disturbed by the rest of the machine. */
async function costOf(operations: number, run: () => Promise<unknown>): Promise<Cost> {
  let best: Cost = { cpuMs: Number.POSITIVE_INFINITY, wallMs: Number.POSITIVE_INFINITY }
  for (let round = 0; round < ROUNDS; round += 1) {
    const [startMs, cpu] = [performance.now(), process.cpuUsage()]
    for (let index = 0; index < operations; index += 1) await run()
    const wallMs = (performance.now() - startMs) / operations
    const { user, system } = process.cpuUsage(cpu)
    best = { cpuMs: Math.min(best.cpuMs, (user + system) / 1000 / operations), wallMs: Math.min(best.wallMs, wallMs) }
  }
  return best
}

async function directRows(): Promise<PostsRow[]> {
  const [author, recipient] = [newIdentity().key, newIdentity().key]
  const keys = await Promise.all(Array.from({ length: LIVE_KEYS }, async () => openBoxKey(await newBoxSecret())))
  const own = keys.at(-1)!
  const other = await openBoxKey(await newBoxSecret())
  const to = { author, time: TIME, recipient }
  const posts = await Promise.all([other, own].map(({ publicKey: boxKey }) => sealDirect(TEXT, { ...to, boxKey })))
  const [foreign, mine] = posts.map((body) => () => openDirect({ author, time: TIME, body }, { recipient, keys }))
  if ((await foreign!()) !== undefined || (await mine!())?.text !== TEXT.text) throw new Error('a message opened wrongly')
  const seal = await costOf(500, () => sealDirect(TEXT, { ...to, boxKey: other.publicKey }))
  const tried = await costOf(200, foreign!)
  return [
    { label: 'direct message: seal it, time of all threads', value: seal.cpuMs, unit: 'ms', aim: 2 },
    { label: '  from start to end', value: seal.wallMs, unit: 'ms' },
    { label: `  another's, tried with ${LIVE_KEYS} keys, time of all threads`, value: tried.cpuMs, unit: 'ms', aim: 7 },
    { label: '  from start to end', value: tried.wallMs, unit: 'ms' },
  ]
}

async function roomRows(): Promise<PostsRow[]> {
  const at = { author: newIdentity().key, time: TIME, keys: roomKeysOf(newRoomSecret()) }
  const post = { author: at.author, time: TIME, body: sealRoom(TEXT, at) }
  if (openRoom(post, at.keys)?.text !== TEXT.text) throw new Error('a post opened wrongly')
  const seal = await costOf(2000, async () => sealRoom(TEXT, at))
  const open = await costOf(2000, async () => openRoom(post, at.keys))
  return [
    { label: 'post of a private room: seal it, with its proof', value: seal.cpuMs * 1000, unit: 'µs', aim: 200 },
    { label: '  open it', value: open.cpuMs * 1000, unit: 'µs', aim: 50 },
  ]
}

export async function sealedRows(): Promise<PostsRow[]> {
  return [...(await directRows()), ...(await roomRows())]
}
