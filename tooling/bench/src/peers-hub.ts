/** The node under measurement: listens, tells its memory, broadcasts on a word. Arguments: the address to listen on. */
import { P2p, SESSION_DEFAULT } from '@dchat/net'
import { PEERS } from './peers-bench.ts'
import type { HubWord } from './peers-bench.ts'
import { benchMessage } from './rows.ts'

const [url = ''] = process.argv.slice(2)
const say = (word: HubWord): void => void process.send!(word)
/** As a line of chat. */
const msg = 'x'.repeat(100)

const node = P2p.create({
  inbound: [url],
  activeProfiles: [url.slice(0, url.indexOf(':'))],
  outboundConnections: 0,
  inboundConnections: PEERS,
  localnet: true,
})
node.protocols.register(SESSION_DEFAULT, (channel) => {
  const messages = channel.subscribe(benchMessage)
  return { start: () => messages.handle(() => {}) }
})
node.events.subscribe('connected', () => {
  if (node.peerCount === PEERS) say({ word: 'full' })
})
await node.start()
const running = node.run()
node.events.subscribe('state', (state) => {
  if (state === 'run') say({ word: 'listening', url: node.listenUrls[0]! })
})

/** Memory with the garbage taken out, after what the handshakes left has been let go. */
async function tellMemory(): Promise<void> {
  for (let round = 0; round < 5; round += 1) {
    globalThis.gc!()
    await new Promise(setImmediate)
  }
  const { rss, heapUsed, external } = process.memoryUsage()
  say({ word: 'memory', rss, live: heapUsed + external })
}

const lastBroadcast = { atNs: '', taken: 0 }

process.on('message', (word) => {
  if (word === 'memory') void tellMemory()
  if (word === 'broadcast') {
    lastBroadcast.atNs = process.hrtime.bigint().toString()
    lastBroadcast.taken = node.broadcast(benchMessage, { msg }).written.length
  }
  // Only when asked: what is told while the peers read would wake a third process on their cores.
  if (word === 'tell') say({ word: 'broadcast', ...lastBroadcast })
  if (word === 'end') {
    void node.stop().then(() => process.disconnect())
  }
})
await running
