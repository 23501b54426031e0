/** Daemons that find each other by seeds, in rooms that all of them joined, and one private room that some of them are in. */
import { SeedNode } from '@dchat/e2e'
import { CrowdNode } from './crowd-node.ts'
import type { PostLedger } from './post-ledger.ts'

export interface CrowdOptions {
  readonly seeds: number
  /** Of daemons that stay all the time. */
  readonly stayers: number
  /** Of those, how many can be looked into. */
  readonly watched: number
  /** Of daemons that leave and come back. */
  readonly comers: number
  readonly ledger: PostLedger
}

export const ROOMS = ['dchat', 'cats', 'tea'] as const

/** Which of the nodes are in the private room: every other one. */
export const isMember = ({ number }: CrowdNode): boolean => number % 2 === 0

export class Crowd implements AsyncDisposable {
  readonly seeds: readonly SeedNode[]
  readonly nodes: readonly CrowdNode[]
  /** The private room. */
  privateRoom = ''
  readonly #running: AsyncDisposableStack

  private constructor(parts: Pick<Crowd, 'seeds' | 'nodes'>, running: AsyncDisposableStack) {
    this.seeds = parts.seeds
    this.nodes = parts.nodes
    this.#running = running
  }

  /** All of them started, connected, and in their rooms. */
  static async gather(options: CrowdOptions): Promise<Crowd> {
    await using starting = new AsyncDisposableStack()
    const seeds: SeedNode[] = []
    for (let count = 0; count < options.seeds; count += 1)
      seeds.push(starting.use(await SeedNode.started({ schemes: ['tcp', 'tcp+tls'] })))
    const urls = await Promise.all(seeds.flatMap((seed) => ['tcp', 'tcp+tls'].map((scheme) => seed.url('e2e', scheme))))
    const nodes = Array.from({ length: options.stayers + options.comers }, (_, number) =>
      starting.use(
        new CrowdNode({
          number,
          seeds: urls,
          ledger: options.ledger,
          stays: number < options.stayers,
          isWatched: number < options.watched,
        }),
      ),
    )
    const crowd = new Crowd({ seeds, nodes }, starting.move())
    try {
      await crowd.#meet()
      return crowd
    } catch (error) {
      await crowd[Symbol.asyncDispose]()
      throw error
    }
  }

  get present(): readonly CrowdNode[] {
    return this.nodes.filter(({ isUp }) => isUp)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#running.disposeAsync()
  }

  async #meet(): Promise<void> {
    const [first] = this.nodes
    // One by one: a start takes a core for a moment, and two dozen at once would only wait for each other.
    for (const each of this.nodes) await each.start()
    await Promise.all(this.nodes.map(({ node }) => node.hasPeers(Math.min(2, this.nodes.length - 1))))
    this.privateRoom = await first!.node.client.call('room.create', { name: 'tower' })
    const invitation = await first!.node.client.call('room.invitation', { room: this.privateRoom })
    for (const each of this.nodes) {
      for (const room of ROOMS) await each.node.client.call('chat.join', { room })
      if (isMember(each) && each !== first) await each.node.client.call('room.accept', { invitation })
    }
  }
}
