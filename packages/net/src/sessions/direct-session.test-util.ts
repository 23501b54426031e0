/** A node that has no slots, and hosts for it to dial. */
import { LIMITS } from '../limits.ts'
import type { Settings } from '../settings.ts'
import { LocalNet } from '../testing/local-net.ts'
import type { LocalNode } from '../testing/local-net.ts'
import { greetAll, listenAt } from '../testing/raw-listeners.ts'
import type { RawListener } from '../testing/raw-peer.ts'

export const A = 'tcp://30.0.0.1:1/'
export const B = 'tcp://31.0.0.1:1/'
export const DEAD = 'tcp://32.0.0.1:1/'
export const RETRY_MS = LIMITS.DIRECT_RETRY_MS.value

export async function run(net: LocalNet, settings: Partial<Settings> = {}): Promise<LocalNode> {
  const node = net.add({
    inbound: [],
    externalAddrs: [],
    outboundConnections: 0,
    greylistRefineryIntervalMs: 3_600_000,
    ...settings,
  })
  await net.run(node)
  return node
}

export interface Acquainted extends AsyncDisposable {
  readonly net: LocalNet
  /** Is connected to `a`, as a peer it keeps. */
  readonly node: LocalNode
  readonly a: RawListener
  /** Is there at `B`, of which the node knows nothing. */
  readonly b: RawListener
}

/** A node that has found one of two peers. */
export async function acquainted(): Promise<Acquainted> {
  await using stack = new AsyncDisposableStack()
  const net = stack.use(new LocalNet())
  const a = stack.use(await listenAt(net, A))
  const b = stack.use(await listenAt(net, B))
  const node = await run(net, { peers: [A] })
  await greetAll(net, a)
  const all = stack.move()
  return { net, node, a, b, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

export const code = (work: Promise<unknown>): Promise<unknown> =>
  work.catch((error: unknown) => (error as { code?: string }).code ?? error)
