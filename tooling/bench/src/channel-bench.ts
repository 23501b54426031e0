/** Messages a second through one real tcp channel, from one thread to a protocol handler in another. */
import { once } from 'node:events'
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads'
import { NO_METERING, P2p, SESSION_DEFAULT, defineMessage } from '@dchat/net'
import type { Channel, MessageType } from '@dchat/net'
import { string, struct } from '@dchat/serial'

/** As `DchatMsg`, without a limit on the rate. */
const benchMessage: MessageType<{ msg: string }> = defineMessage({
  name: 'DchatMsg', maxBytes: 65_541, meteringScore: 0, metering: NO_METERING, codec: struct({ msg: string }),
})

interface Job {
  readonly url: string
  readonly bytes: number
  readonly messages: number
}

/** Aims and the reference's figures: messages a second. */
const SIZES = [
  { label: '32 B', bytes: 32, messages: 4_000_000, aim: 1_000_000, reference: 36_000 },
  { label: '1 KiB', bytes: 1024, messages: 1_000_000, aim: 400_000, reference: 1_900 },
  { label: '64 KiB', bytes: 65_536, messages: 30_000, aim: 10_000, reference: 30 },
]

export interface BenchRow {
  readonly label: string
  readonly perSecond: number
  readonly aim: number
  readonly reference: number
}

/** Runs each size and returns messages a second. */
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
  let startMs = 0
  node.protocols.register(SESSION_DEFAULT, (channel: Channel) => {
    const subscription = channel.subscribe(benchMessage)
    return {
      start: () => subscription.handle(({ msg }) => {
        if (received === 0) startMs = performance.now()
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
  const worker = new Worker(new URL(import.meta.url), { workerData: job, execArgv: process.execArgv })
  await done.promise
  const tookMs = performance.now() - startMs
  if (receivedBytes !== bytes * messages) throw new Error(`received ${receivedBytes} bytes`)
  worker.postMessage('stop')
  await once(worker, 'exit')
  await node.stop()
  await running
  return (messages / tookMs) * 1000
}

async function send(job: Job): Promise<void> {
  const node = P2p.create({ outboundConnections: 0, peers: [job.url], localnet: true })
  const { promise, resolve } = Promise.withResolvers<Channel>()
  node.protocols.register(SESSION_DEFAULT, (channel) => {
    channel.subscribe(benchMessage)
    return { start: () => resolve(channel) }
  })
  await node.start()
  const running = node.run()
  const channel = await promise
  const msg = 'x'.repeat(job.bytes)
  for (let sent = 0; sent < job.messages; sent += 1) {
    while (!channel.post(benchMessage, { msg })) await channel.drained()
  }
  await once(parentPort!, 'message')
  await node.stop()
  await running
  parentPort!.close()
}

if (!isMainThread && workerData !== null) await send(workerData as Job)
if (isMainThread && process.argv[1] === new URL(import.meta.url).pathname) console.table(await channelBench())
