/** A node with all that its page can show: a seed, slots that are filled and one that is not, somebody who came, hosts, and talk. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { DaemonNode, SeedNode, loopbackHost, until } from '@dchat/e2e'

const WORDS = [
  'good morning! who is up already?',
  'I am, since five',
  'the new router hums',
  'then the seeds can go out today',
] as const

export class Neighbourhood implements AsyncDisposable {
  /** In the middle; its RPC listens on TCP. */
  readonly middle: DaemonNode
  /** In slots of the middle. */
  readonly dialled: readonly DaemonNode[]
  /** It has dialled the middle. */
  readonly caller: DaemonNode
  readonly #stack: AsyncDisposableStack

  private constructor(
    nodes: { middle: DaemonNode; dialled: readonly DaemonNode[]; caller: DaemonNode },
    stack: AsyncDisposableStack,
  ) {
    this.middle = nodes.middle
    this.dialled = nodes.dialled
    this.caller = nodes.caller
    this.#stack = stack
  }

  /** All are connected, and have said something that all have heard. */
  static async gathered(): Promise<Neighbourhood> {
    await using stack = new AsyncDisposableStack()
    const seeding = SeedNode.started().then((node) => stack.use(node))
    const running = ['bob', 'carol', 'dave'].map((nick) =>
      DaemonNode.running({ config: named(nick) }).then((node) => stack.use(node)),
    )
    const [seed, dialled] = await Promise.all([seeding, Promise.all(running)])
    const middle = stack.use(await middleOf(await seed.url(), await Promise.all(dialled.map((node) => node.url()))))
    const net = [`peers = ["${await middle.url()}"]`, ...QUIET]
    const caller = stack.use(await DaemonNode.running({ config: { ...named('eve'), net } }))
    await middle.hasPeers(dialled.length + 1)
    await talk([middle, ...dialled, caller])
    return new Neighbourhood({ middle, dialled, caller }, stack.move())
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync()
  }
}

const QUIET = ['outbound_connections = 0']
const named = (nick: string): { net: string[]; chat: string[] } => ({ net: QUIET, chat: [`nick = "${nick}"`] })

/** It knows whom to dial, and of one host at which nobody answers. */
async function middleOf(seed: string, urls: readonly string[]): Promise<DaemonNode> {
  const net = [`seeds = ["${seed}"]`, `outbound_connections = ${urls.length + 2}`, 'disable_greys = true']
  const node = new DaemonNode({ hasTcpRpc: true, config: { net, chat: ['nick = "ann"'] } })
  const { dataDir, hostlistPath } = node.home.paths
  mkdirSync(dataDir)
  const now = Math.floor(Date.now() / 1_000)
  const lines = [...urls.map((url) => `gold\t${url}\t${now}`), `grey\ttcp://${loopbackHost()}:9/\t${now - 86_400}`]
  writeFileSync(hostlistPath, lines.map((line) => `${line}\n`).join(''))
  await node.start()
  return node
}

async function talk(nodes: readonly DaemonNode[]): Promise<void> {
  for (const [index, text] of WORDS.entries()) {
    await nodes[index]!.client.call('chat.send', { text })
    await until('all have heard it', async () => {
      const heard = await Promise.all(nodes.map(async (node) => (await node.history()).some((message) => message.text === text)))
      return heard.every(Boolean)
    })
  }
}
