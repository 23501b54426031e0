/** A worker that is a featured peer: signs its posts, connects, says so, and sends them all again on each word. */
import { once } from 'node:events'
import { parentPort, workerData } from 'node:worker_threads'
import { SeededSigner, rawPost, wire } from '@dchat/chat/testing'
import { DEFAULT_SETTINGS, systemTransports } from '@dchat/net'
import { RawPeer, messageFrame } from '@dchat/net/testing'
import { SystemClock } from '@dchat/system'

/** What a sender sends. */
export interface RelayJob {
  readonly url: string
  readonly posts: number
  /** Tells its authors from those of other senders. */
  readonly name: string
}

const job = workerData as RelayJob
const port = parentPort!
const clock = new SystemClock()
const AN_AUTHOR = 50
const TEXT = 'x'.repeat(180)

/** Posts of 300 bytes: below what a minute of an author may hold. */
function* frames(): Generator<Buffer> {
  const now = Date.now()
  for (let index = 0; index < job.posts; index += 1) {
    const signer = signers[index % signers.length]!
    yield messageFrame(wire.post, rawPost({ signer, time: now - 1_000 - index, body: `${TEXT} ${index}` }))
  }
}

const signers = Array.from({ length: Math.ceil(job.posts / AN_AUTHOR) }, (_, index) => new SeededSigner(`${job.name} ${index}`))
const all = Buffer.concat([...frames()])
const transport = systemTransports(DEFAULT_SETTINGS, clock).get('tcp')!
const stream = await transport.dial(job.url, { signal: new AbortController().signal })
const peer = new RawPeer(stream, { clock, onMessage: () => {} }).open()
peer.greet({ features: [['dchat.posts', 1]] })
port.postMessage(all.length)
for (;;) {
  const [word] = (await once(port, 'message')) as [string]
  if (word === 'stop') break
  for (let start = 0; start < all.length; start += 65_536) peer.send(all.subarray(start, start + 65_536))
}
stream.destroy()
port.close()
