/** What the types of @dchat/net/testing promise. Checked from source with everything else, and from the packed library as its users have it. */
import type { P2p } from '@dchat/net'
import { LocalNet, ManualClock, RawPeer, Simulation, filledSlots, messageFrame } from '@dchat/net/testing'
import type { Behaviour, SimulatedNode } from '@dchat/net/testing'
import { expectTypeOf } from 'expect-type'

/** Everything ends with its network. */
export async function run(setUp: (p2p: P2p) => void, behaviour: Behaviour): Promise<void> {
  await using net = new LocalNet({ seed: 1 })
  expectTypeOf(net.clock).toEqualTypeOf<ManualClock>()
  expectTypeOf(net.add({ outboundConnections: 1 }, { setUp }).p2p).toEqualTypeOf<P2p>()
  await using simulation = new Simulation({ dialLoss: 0.1 })
  const node = simulation.addSeed()
  expectTypeOf(node).toEqualTypeOf<SimulatedNode>()
  expectTypeOf(node.p2p).toEqualTypeOf<P2p | undefined>()
  expectTypeOf(filledSlots).returns.toEqualTypeOf<number>()
  expectTypeOf(messageFrame).returns.toExtend<Uint8Array>()
  simulation.addHostile('tcp://203.0.113.1:1/', [behaviour])
  // @ts-expect-error -- a network has its own clock
  new LocalNet({ clock: new ManualClock() })
  // @ts-expect-error -- settings are named as they are
  net.add({ outboundConnection: 1 })
  // @ts-expect-error -- a raw peer needs a stream: `dialRaw`
  new RawPeer('tcp://127.0.0.1:1', { clock: net.clock })
}
