/**
 * Lines a second that the message store commits, fed through `add` with one listener, and what opening costs.
 * Run: node --conditions=@dchat/source tooling/bench/src/store-bench.ts [folder]; the folder decides which disk is measured.
 */
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { openStore } from '@dchat/store'
import type { MessageStore, NewMessage } from '@dchat/store'
import { SystemClock, silentLogger } from '@dchat/system'
import { feedStore } from './feed-store.ts'

const CASES = [
  { bytes: 32, lines: 400_000, aim: 100_000 },
  { bytes: 1024, lines: 150_000, aim: 60_000 },
  { bytes: 65_536, lines: 6000, aim: 3000 },
]

const folder = mkdtempSync(join(process.argv[2] ?? tmpdir(), 'dchat-bench-'))

function open(name: string, maxBytes = 2 ** 30): MessageStore {
  return openStore({ path: join(folder, name), maxBytes, clock: new SystemClock(), logger: silentLogger })
}

function line(bytes: number): NewMessage {
  const text = 'x'.repeat(bytes)
  const unsigned = { id: null, authorKey: null, nick: null, time: null, from: 'tcp://127.0.0.1:51000' }
  return { ...unsigned, room: 'dchat', kind: 'text', text, received: Date.now(), own: false, delivery: null }
}

function* repeat(message: NewMessage, count: number): Generator<NewMessage> {
  for (let made = 0; made < count; made += 1) yield message
}

/** Feeds `count` lines as a socket would: until told to stop, then again after the drain. Answers with the seconds it took. */
async function feed(store: MessageStore, message: NewMessage, count: number): Promise<number> {
  const start = performance.now()
  let heard = 0
  const unsubscribe = store.onCommitted((messages) => (heard += messages.length))
  await feedStore(store, repeat(message, count), (each) => store.add(each))
  unsubscribe()
  if (heard !== count) throw new Error(`${heard} of ${count} lines were committed`)
  return (performance.now() - start) / 1000
}

async function measure(name: string, options: { bytes: number; lines: number; maxBytes?: number }): Promise<string> {
  const store = open(name, options.maxBytes)
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const cpu = process.cpuUsage()
  const seconds = await feed(store, line(options.bytes), options.lines)
  const { user, system } = process.cpuUsage(cpu)
  delay.disable()
  const { bytes, messages } = store.stats()
  await store.close()
  const rate = Math.round(options.lines / seconds).toLocaleString('en')
  const cpuShare = (user + system) / 1e6 / seconds
  const cost = `${cpuShare.toFixed(2)} cores, longest block ${(delay.max / 1e6).toFixed(0)} ms`
  return `${rate} lines/s, ${cost}, ${messages} kept, ${(bytes / 2 ** 20).toFixed(0)} MiB counted`
}

function fdatasyncMs(): number {
  const file = openSync(join(folder, 'sync'), 'w')
  const start = performance.now()
  for (let round = 0; round < 50; round += 1) {
    writeSync(file, Buffer.alloc(4096))
    fdatasyncSync(file)
  }
  closeSync(file)
  return (performance.now() - start) / 50
}

try {
  console.log(`one fdatasync of 4 KiB here: ${fdatasyncMs().toFixed(2)} ms`)
  for (const { bytes, lines, aim } of CASES) {
    console.log(`${bytes} B: ${await measure(`${bytes}.db`, { bytes, lines })} (aim ${aim.toLocaleString('en')})`)
  }
  const bound = { bytes: 32, lines: 400_000, maxBytes: 8 * 2 ** 20 }
  console.log(`32 B at the bound of 8 MiB: ${await measure('bound.db', bound)}`)
  const long = { bytes: 65_536, lines: 6000, maxBytes: 64 * 2 ** 20 }
  console.log(`65536 B at the bound of 64 MiB: ${await measure('bound-long.db', long)}`)
  const start = performance.now()
  const store = open('32.db')
  const opened = performance.now()
  store.history({ limit: 50 })
  const read = performance.now()
  store.recentTexts()
  console.log(
    `opening ${store.stats().messages} lines: ${(opened - start).toFixed(1)} ms; ` +
      `newest page of 50: ${(read - opened).toFixed(1)} ms; ` +
      `10,000 recent texts: ${(performance.now() - read).toFixed(1)} ms`,
  )
  await store.close()
} finally {
  rmSync(folder, { recursive: true, force: true })
}
