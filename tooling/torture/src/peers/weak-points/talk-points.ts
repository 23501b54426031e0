/** Weak points of the talk of the reference. Source: docs/wire.md; what it does was seen on its program. */
import { DaemonNode, until } from '@dchat/e2e'
import type { WeakPoint } from './weak-points.ts'

const TEXT = 'told once'

/** A node that keeps the others as peers. */
function nodeBeside(...others: readonly string[]): Promise<DaemonNode> {
  return DaemonNode.running({ config: { net: ['outbound_connections = 0', `peers = ${JSON.stringify(others)}`] } })
}

export const TALK_POINTS: readonly WeakPoint<undefined>[] = [
  {
    done: 'two nodes that are connected both ways; one says a line',
    reference: 'shows it twice at the other',
    aim: 'once',
    attempt: async () => {
      await using nodes = new AsyncDisposableStack()
      const one = nodes.use(await nodeBeside())
      const other = nodes.use(await nodeBeside(await one.url()))
      await one.client.call('p2p.connect', { url: await other.url() })
      await until('both ways are there', async () => (await one.peerCount()) >= 2)
      await one.client.call('chat.send', { text: TEXT })
      await other.stores(TEXT)
      await one.client.call('chat.send', { text: 'the next' })
      await other.stores('the next')
      const shown = (await other.history()).filter(({ text }) => text === TEXT).length
      return [`${shown === 1 ? 'once' : `${shown} times`}, over ${await one.peerCount()} channels`, shown === 1]
    },
  },
  {
    done: 'a line of one node, at a node that is connected to a third alone',
    reference: 'does not come: lines go to direct neighbours only',
    aim: 'comes',
    attempt: async () => {
      await using nodes = new AsyncDisposableStack()
      const middle = nodes.use(await nodeBeside())
      const url = await middle.url()
      const [one, other] = await Promise.all([nodeBeside(url), nodeBeside(url)])
      nodes.use(one)
      nodes.use(other)
      await middle.hasPeers(2)
      await one.client.call('chat.send', { text: TEXT })
      const { author } = await other.stores(TEXT)
      const { key } = await one.client.call('identity.get', [])
      return [`came, signed by ${author.key === key ? 'the one who said it' : 'somebody else'}`, author.key === key]
    },
  },
]
