/** Messages a second through one real tcp channel, from one thread to a protocol handler in another. */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { P2p, SESSION_DEFAULT } from '@dchat/net'
import { benchMessage } from './rows.ts'
import type { BenchRow, Job } from './rows.ts'

/** Aims and the reference's figures: messages a second. */
const SIZES = [
  { label: '32 B', bytes: 32, messages: 4_000_000, aim: 1_000_000, reference: 36_000 },
  { label: '1 KiB', bytes: 1024, messages: 1_500_000, aim: 400_000, reference: 1_900 },
  { label: '64 KiB', bytes: 65_536, messages: 40_000, aim: 10_000, reference: 30 },
]

export async function channelBench(): Promise<BenchRow[]> {
  const rows: BenchRow[] = []
  for (const { label, bytes, messages, aim, reference } of SIZES) {
    rows.push({ label, perSecond: await measure({ bytes, messages }), aim, reference })
  }
  return rows
}

async function measure({ bytes, messages }: { bytes: number; messages: number }): Promise<number> {
  await using node = P2p.create({ inbound: ['tcp://127.0.0.1:0'], outboundConnections: 0, localnet: true })
  let received = 0
  let receivedBytes = 0
  const done = Promise.withResolvers<void>()
  node.protocols.register(SESSION_DEFAULT, (channel) => {
    const subscription = channel.subscribe(benchMessage)
    return {
      start: () =>
        subscription.handle(({ msg }) => {
          received += 1
          receivedBytes += msg.length
          if (received === messages) done.resolve()
        }),
    }
  })
  await node.start()
  const running = node.run()
  while (node.listenUrls.length === 0) await new Promise(setImmediate)
  const job: Job = { url: node.listenUrls[0]!, bytes, messages }
  const worker = new Worker(new URL('./sender.ts', import.meta.url), { workerData: job, execArgv: process.execArgv })
  await once(worker, 'message')
  const startMs = performance.now()
  worker.postMessage('go')
  await done.promise
  const tookMs = performance.now() - startMs
  if (receivedBytes !== bytes * messages) throw new Error(`received ${receivedBytes} bytes`)
  worker.postMessage('stop')
  await once(worker, 'exit')
  await node.stop()
  await running
  return (messages / tookMs) * 1000
}
