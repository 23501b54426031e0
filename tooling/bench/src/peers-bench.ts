/** What 300 peers cost a node: memory while nothing happens, and the time until a broadcast has been read by all. */
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export const PEERS = 300
const BROADCASTS = 300
/** Broadcasts that warm up the code and the sockets. */
const WARM_UP = 100
/** Peers that come and go before anything is measured: what the code itself takes is not counted to the peers. */
const WARM_UP_PEERS = 150

export interface PeersRow {
  readonly scheme: string
  /** Memory a peer, in bytes, in the node that holds them all. */
  readonly idleBytes: number
  readonly idleAim: number
  /** Live objects and buffers a peer, in bytes: the part of `idleBytes` that is not the allocator's. */
  readonly liveBytes: number
  /** From `broadcast` to the last of the peers' handlers, in milliseconds. */
  readonly medianMs: number
  readonly p99Ms: number
  readonly medianAim: number
}

/** What the two processes say. Times: nanoseconds of the machine's monotonic clock, which both read. */
export type HubWord =
  | { readonly word: 'listening'; readonly url: string }
  | { readonly word: 'full' }
  | { readonly word: 'memory'; readonly rss: number; readonly live: number }
  | { readonly word: 'broadcast'; readonly atNs: string; readonly taken: number }
export type CrowdWord = { readonly word: 'connected' } | { readonly word: 'read'; readonly atNs: string }

export async function peersBench(): Promise<PeersRow[]> {
  return [
    await measure('tcp', { idleAim: 32 * 1024, medianAim: 8 }),
    await measure('tcp+tls', { idleAim: 112 * 1024, medianAim: 8 }),
  ]
}

async function measure(scheme: string, aims: Pick<PeersRow, 'idleAim' | 'medianAim'>): Promise<PeersRow> {
  const hub = program('peers-hub.ts', [`${scheme}://127.0.0.1:0`])
  const { url } = await hub.hear<HubWord, 'listening'>('listening')
  const guests = program('peers-crowd.ts', [url, String(WARM_UP_PEERS)])
  await guests.hear<CrowdWord, 'connected'>('connected')
  await guests.end()
  hub.say('memory')
  const before = await hub.hear<HubWord, 'memory'>('memory')
  const crowd = program('peers-crowd.ts', [url, String(PEERS)])
  await Promise.all([crowd.hear<CrowdWord, 'connected'>('connected'), hub.hear<HubWord, 'full'>('full')])
  hub.say('memory')
  const after = await hub.hear<HubWord, 'memory'>('memory')
  const times: number[] = []
  for (let round = 0; round < WARM_UP + BROADCASTS; round += 1) {
    hub.say('broadcast')
    const read = await crowd.hear<CrowdWord, 'read'>('read')
    hub.say('tell')
    const sent = await hub.hear<HubWord, 'broadcast'>('broadcast')
    if (sent.taken !== PEERS) throw new Error(`${sent.taken} of ${PEERS} peers took the broadcast`)
    if (round >= WARM_UP) times.push(Number(BigInt(read.atNs) - BigInt(sent.atNs)) / 1e6)
  }
  await Promise.all([crowd.end(), hub.end()])
  times.sort((a, b) => a - b)
  return {
    scheme,
    ...aims,
    idleBytes: (after.rss - before.rss) / PEERS,
    liveBytes: (after.live - before.live) / PEERS,
    medianMs: times[times.length >> 1]!,
    p99Ms: times[Math.floor(times.length * 0.99)]!,
  }
}

interface Program {
  say(word: string): void
  /** The next message of that word; others that came before it are an error. */
  hear<W extends { readonly word: string }, N extends W['word']>(word: N): Promise<Extract<W, { readonly word: N }>>
  end(): Promise<void>
}

/** Starts a file of this folder in a process of its own, with nothing else in its memory. */
function program(file: string, args: readonly string[]): Program {
  const child: ChildProcess = fork(fileURLToPath(new URL(file, import.meta.url)), args, {
    execArgv: [...process.execArgv, '--expose-gc'],
  })
  const heard: { word: string }[] = []
  const waiting: ((message: { word: string }) => void)[] = []
  child.on('message', (message: { word: string }) => {
    const next = waiting.shift()
    if (next === undefined) heard.push(message)
    else next(message)
  })
  const died = once(child, 'exit').then(([code]): never => {
    throw new Error(`${file} ended with ${String(code)}`)
  })
  died.catch(() => {})
  return {
    say: (word) => void child.send(word),
    hear: async <W extends { readonly word: string }, N extends W['word']>(word: N) => {
      const next = heard.shift() ?? new Promise<{ word: string }>((resolve) => waiting.push(resolve))
      const message = await Promise.race([next, died])
      if (message.word !== word) throw new Error(`${file} said ${message.word}, expected ${word}`)
      return message as Extract<W, { readonly word: N }>
    },
    end: async () => {
      child.send('end')
      await died.catch(() => {})
    },
  }
}
