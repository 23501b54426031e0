/** A node under test among honest neighbours: two daemons that talk through it, two raw peers that ping, a client, newcomers. */
import { DaemonNode } from '@dchat/e2e'
import { SpaceNetwork } from '../spaces/space-network.ts'
import { FRIENDS, NODE_HOST, OWN_BLOCKS } from './addresses.ts'
import type { NodeLimits, Target } from './attack.ts'
import { HonestPeers } from './honest-peers.ts'

export interface BenchOptions {
  readonly limits: NodeLimits
  /** @default 8, as configured without a word */
  readonly slots?: number
  /** Further lines of the node's `[net]` and `[chat]`. */
  readonly config?: { readonly net?: readonly string[]; readonly chat?: readonly string[] }
}

/** Those that hold without a word in the configuration. Source: docs/configuration.md, docs/limits.md. */
export const DEFAULT_LIMITS: NodeLimits = {
  handshakeMs: 10_000,
  pongMs: 15_000,
  heartbeatMs: 30_000,
  frameMs: 30_000,
  stallMs: 30_000,
}
/** Shorter ones, so that a siege takes seconds; not so short that a busy machine would cut honest peers. */
export const SHORT_LIMITS: NodeLimits = {
  handshakeMs: 3_000,
  pongMs: 4_000,
  heartbeatMs: 4_000,
  frameMs: 30_000,
  stallMs: 30_000,
}

export class Bench implements AsyncDisposable {
  readonly node: DaemonNode
  readonly friends: readonly DaemonNode[]
  readonly honest: HonestPeers
  readonly target: Target
  /** The words that start a program beside the node. */
  readonly within: readonly string[]
  readonly #owned: AsyncDisposableStack

  private constructor(parts: Pick<Bench, 'node' | 'friends' | 'honest' | 'target' | 'within'>, owned: AsyncDisposableStack) {
    this.node = parts.node
    this.friends = parts.friends
    this.honest = parts.honest
    this.target = parts.target
    this.within = parts.within
    this.#owned = owned
  }

  /** One on which all honest neighbours are at home. Everything is in one space, with addresses as the internet has them. */
  static async start(options: BenchOptions): Promise<Bench> {
    await using making = new AsyncDisposableStack()
    const within = await makeSpace(making)
    const node = making.use(await DaemonNode.running(nodeOptions(options, within)))
    const target = await targetOf(node)
    const friends = await Promise.all(
      FRIENDS.map(async ({ to }) =>
        making.use(await DaemonNode.running(friendOptions(`tcp://${to}:${await portAt(node, to)}`, within))),
      ),
    )
    for (const friend of friends) await friend.hasPeers(1)
    const [one, other] = friends
    const friendSockets = [one!.home.paths.socketPath, other!.home.paths.socketPath] as const
    const rpcSocket = node.home.paths.socketPath
    const honest = making.use(await HonestPeers.start(within, { target, rpcSocket, friendSockets }))
    return new Bench({ node, friends, honest, target, within }, making.move())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned.disposeAsync()
  }
}

async function makeSpace(making: AsyncDisposableStack): Promise<readonly string[]> {
  const network = making.use(await SpaceNetwork.create())
  const space = await network.add({ ipv4: NODE_HOST, ipv6: false })
  for (const block of OWN_BLOCKS) await space.own(block)
  // Who dials a friend's address of the node without saying from where comes from the friend's own.
  for (const { to, from } of FRIENDS) await space.run(['ip', 'route', 'add', 'local', to, 'dev', 'lo', 'src', from])
  return space.within
}

function profile(limits: NodeLimits): readonly string[] {
  return [
    `channel_handshake_timeout = ${limits.handshakeMs / 1_000}`,
    `outbound_connect_timeout = ${limits.pongMs / 1_000}`,
    `channel_heartbeat_interval = ${limits.heartbeatMs / 1_000}`,
  ]
}

function nodeOptions({ limits, slots, config = {} }: BenchOptions, within: readonly string[]) {
  const hosts = [NODE_HOST, ...FRIENDS.map(({ to }) => to)]
  const inbound = [`tcp+tls://${NODE_HOST}:0`, ...hosts.map((host) => `tcp://${host}:0`)]
  const times = profile(limits)
  return {
    listens: false,
    localnet: false,
    program: { within },
    config: {
      net: [
        'active_profiles = ["tcp", "tcp+tls"]',
        `inbound = ${JSON.stringify(inbound)}`,
        'outbound_connections = 0',
        ...(slots === undefined ? [] : [`inbound_connections = ${slots}`]),
        ...(config.net ?? []),
      ],
      'net.profiles.tcp': times,
      'net.profiles."tcp+tls"': times,
      chat: config.chat ?? [],
    },
  }
}

function friendOptions(url: string, within: readonly string[]) {
  return {
    listens: false,
    localnet: false,
    program: { within },
    config: { net: [`peers = ["${url}"]`, 'outbound_connections = 0'] },
  }
}

async function portAt(node: DaemonNode, host: string): Promise<string> {
  const { listen } = await node.info()
  const url = listen.find((each) => each.startsWith(`tcp://${host}:`))
  if (url === undefined) throw new Error(`the node does not listen at ${host}`)
  return new URL(url).port
}

async function targetOf(node: DaemonNode): Promise<Target> {
  const { listen } = await node.info()
  const tls = listen.find((each) => each.startsWith('tcp+tls:'))
  if (tls === undefined) throw new Error('the node does not listen for TLS')
  return { tcp: `tcp://${NODE_HOST}:${await portAt(node, NODE_HOST)}`, tls: tls.replace(/\/$/, '') }
}
