/** One channel on a memory network, its other end in the hands of a test. */
import { ManualClock, MemoryLogger } from '@dchat/system'
import { Channel } from '../channel.ts'
import type { ChannelInfo } from '../channel.ts'
import { Dnet } from '../dnet.ts'
import type { AnyMessageType } from '../messages/message.ts'
import { PacketWriter } from '../messages/packet-writer.ts'
import { ResourceManager } from '../resources/resource-manager.ts'
import { SessionFlag } from '../sessions/session-flags.ts'
import { MemoryNetwork } from '../transports/memory.ts'
import type { TransportStream } from '../transports/transport.ts'
import { MAGIC } from './frames.ts'
import { RawPeer } from './raw-peer.ts'

const URL = 'tcp://2.2.2.2:2/'

export interface ChannelPairOptions {
  /** @default inbound */
  readonly session?: SessionFlag
  /** Messages the peer understands beside those of the core protocols. */
  readonly messages?: readonly AnyMessageType[]
  /** @default 0 */
  readonly latencyMs?: number
  /** For several pairs of one node. @default one of its own */
  readonly clock?: ManualClock
  /** @default one of its own, on the clock */
  readonly resources?: ResourceManager
}

export class ChannelPair {
  readonly clock: ManualClock
  readonly network: MemoryNetwork
  readonly logger: MemoryLogger = new MemoryLogger()
  readonly dnet: Dnet
  readonly packets: PacketWriter = new PacketWriter(MAGIC)
  /** Not started. */
  readonly channel: Channel
  /** Reads nothing before its `open`. */
  readonly peer: RawPeer

  private constructor(
    world: { clock: ManualClock; network: MemoryNetwork },
    ends: { near: TransportStream; far: TransportStream },
    options: ChannelPairOptions,
  ) {
    this.clock = world.clock
    this.network = world.network
    this.dnet = new Dnet({ clock: world.clock, logger: this.logger })
    const session = options.session ?? SessionFlag.Inbound
    const info: ChannelInfo = { id: 7, url: URL, resolvedUrl: session === SessionFlag.Inbound ? null : URL, session }
    this.channel = new Channel(ends.near, info, {
      clock: this.clock,
      logger: this.logger,
      dnet: this.dnet,
      magic: MAGIC,
      packets: this.packets,
      resources: options.resources ?? new ResourceManager({ clock: this.clock }),
    })
    this.peer = new RawPeer(ends.far, { clock: this.clock, messages: options.messages ?? [] })
  }

  static async create(options: ChannelPairOptions = {}): Promise<ChannelPair> {
    const clock = options.clock ?? new ManualClock()
    const network = new MemoryNetwork({ clock, latencyMs: options.latencyMs ?? 0 })
    const transport = network.transport('1.1.1.1')
    let far: TransportStream | undefined
    const listening = transport.listen(URL, (stream) => (far = stream))
    await clock.advance(0)
    const dialling = transport.dial(URL, { signal: new AbortController().signal })
    await clock.advance(2 * (options.latencyMs ?? 0))
    const near = await dialling
    await (await listening).close()
    return new ChannelPair({ clock, network }, { near, far: far! }, options)
  }

  /** Starts both ends. */
  start(): this {
    this.peer.open()
    this.channel.start()
    return this
  }

  /** Lets everything under way arrive. */
  settle(): Promise<void> {
    return this.clock.advance(0)
  }
}
