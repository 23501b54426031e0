/** A worker that connects to a node, says so, and on a word sends its job as fast as the channel takes it. */
import { once } from 'node:events'
import { parentPort, workerData } from 'node:worker_threads'
import { P2p, SESSION_DEFAULT } from '@dchat/net'
import type { Channel } from '@dchat/net'
import { benchMessage } from './rows.ts'
import type { Job } from './rows.ts'

const job = workerData as Job
const port = parentPort!
const node = P2p.create({ outboundConnections: 0, peers: [job.url], localnet: true })
const { promise, resolve } = Promise.withResolvers<Channel>()
node.protocols.register(SESSION_DEFAULT, (channel) => {
  const messages = channel.subscribe(benchMessage)
  return {
    start: () => {
      messages.handle(() => {})
      resolve(channel)
    },
  }
})
await node.start()
const running = node.run()
const channel = await promise
port.postMessage('connected')
await once(port, 'message')
const msg = 'x'.repeat(job.bytes)
for (let sent = 0; sent < job.messages; sent += 1) {
  while (!channel.post(benchMessage, { msg })) await channel.drained()
}
await once(port, 'message')
await node.stop()
await running
port.close()
