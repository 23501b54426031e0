/** What one post costs where nothing else does: its bytes and its signature. */
import { availableParallelism } from 'node:os'
import { performance } from 'node:perf_hooks'
import { PostVerifier, decodePost, newIdentity, postIdOf, signPost } from '@dchat/chat'
import type { Post } from '@dchat/chat'
import type { PostsRow } from './posts-bench.ts'

/** So many authors as a busy room may have: their keys are in the cache of the verifier, as in a node. */
const AUTHORS = 100
const POSTS = 4_000
const ROUNDS = 5
/** As `VERIFY_WAITING` of the relay. */
const WAITING = 1_024

/** Text posts with 4 parents: 364 bytes. */
function makePosts(): Post[] {
  const authors = Array.from({ length: AUTHORS }, newIdentity)
  const parents = Array.from({ length: 4 }, (_, index) => Buffer.alloc(32, index))
  return Array.from({ length: POSTS }, (_, index) => {
    const body = `${index} `.padEnd(128, 'How are you today? ')
    return signPost({ room: 'dchat', kind: 0, time: 1_795_000_000_000 + index, parents, body }, authors[index % AUTHORS]!)
  })
}

/** Microseconds of one run, in the best round: the one least disturbed by the rest of the machine. */
function microseconds(operations: number, run: (index: number) => unknown): number {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < ROUNDS; round += 1) {
    const startMs = performance.now()
    for (let index = 0; index < operations; index += 1) run(index)
    best = Math.min(best, ((performance.now() - startMs) * 1000) / operations)
  }
  return best
}

/** All posts through one verifier, as many waiting as may. */
async function verifyAll(posts: readonly Post[], verifier: PostVerifier): Promise<void> {
  let next = 0
  const lane = async (): Promise<void> => {
    for (let post = posts[next++]; post !== undefined; post = posts[next++]) {
      if (!(await verifier.verify(post))) throw new Error('a good post was refused')
    }
  }
  await Promise.all(Array.from({ length: WAITING }, lane))
}

interface Batched {
  readonly perSecond: number
  /** Of all threads, µs a post. */
  readonly cpuUs: number
  /** Of the event loop, µs a post: what is taken from everything else. */
  readonly loopUs: number
}

async function batched(posts: readonly Post[], verifier: PostVerifier): Promise<Batched> {
  let best: Batched = { perSecond: 0, cpuUs: 0, loopUs: 0 }
  for (let round = 0; round < ROUNDS; round += 1) {
    const [startMs, cpu, loop] = [performance.now(), process.cpuUsage(), performance.eventLoopUtilization()]
    await verifyAll(posts, verifier)
    const perSecond = (posts.length * 1000) / (performance.now() - startMs)
    const { user, system } = process.cpuUsage(cpu)
    const loopUs = (performance.eventLoopUtilization(loop).active * 1000) / posts.length
    if (perSecond > best.perSecond) best = { perSecond, cpuUs: (user + system) / posts.length, loopUs }
  }
  return best
}

export async function postWorkRows(): Promise<PostsRow[]> {
  const posts = makePosts()
  const identity = newIdentity()
  const verifier = new PostVerifier()
  const at = (index: number): Post => posts[index % POSTS]!
  const bytes = posts[0]!.bytes.length
  const once = microseconds(POSTS, (index) => verifier.verifySync(at(index)))
  const many = await batched(posts, verifier)
  return [
    {
      label: `id of a post of ${bytes} bytes`,
      value: microseconds(20_000, (index) => postIdOf(at(index).bytes)),
      unit: 'µs',
      aim: 5,
    },
    {
      label: '  decode it, grammar and key rules',
      value: microseconds(20_000, (index) => decodePost(at(index).bytes, at(index).id)),
      unit: 'µs',
      aim: 10,
    },
    { label: '  sign it', value: microseconds(POSTS, (index) => signPost(at(index), identity)), unit: 'µs', aim: 100 },
    { label: '  verify it at once', value: once, unit: 'µs', aim: 200 },
    { label: `  verify many on the thread pool, ${availableParallelism()} cores`, value: many.perSecond, unit: '/s', aim: 4_000 },
    { label: '    a second of one core', value: 1e6 / many.cpuUs, unit: '/s' },
    { label: '    time of the event loop for each', value: many.loopUs, unit: 'µs', aim: 40 },
  ]
}
