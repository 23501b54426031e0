/** Many nodes in one process, each with one peer. Arguments: that peer's address, how many. */
import { P2p, SESSION_DEFAULT } from '@dchat/net'
import type { CrowdWord } from './peers-bench.ts'
import { benchMessage } from './rows.ts'

const [url = '', count = ''] = process.argv.slice(2)
const peers = Number(count)
const say = (word: CrowdWord): void => void process.send!(word)

let read = 0

function onRead(): void {
  read += 1
  if (read % peers === 0) say({ word: 'read', atNs: process.hrtime.bigint().toString() })
}

const nodes: P2p[] = []
for (let index = 0; index < peers; index += 1) {
  const connected = Promise.withResolvers<void>()
  const node = P2p.create({
    peers: [url],
    activeProfiles: [url.slice(0, url.indexOf(':'))],
    outboundConnections: 0,
    localnet: true,
  })
  node.protocols.register(SESSION_DEFAULT, (channel) => {
    const messages = channel.subscribe(benchMessage)
    return {
      start: () => {
        messages.handle(onRead)
        connected.resolve()
      },
    }
  })
  nodes.push(node)
  await node.start()
  void node.run()
  // One after the other: all at once they would crowd each other out of the half-open places.
  await connected.promise
}
say({ word: 'connected' })

process.on('message', (word) => {
  if (word === 'end') void Promise.all(nodes.map((node) => node.stop())).then(() => process.disconnect())
})
