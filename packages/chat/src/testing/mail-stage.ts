/** Alice and Bob, who write to each other over a relay between them that has no keys. */
import type { ChatNode } from './chat-node.ts'
import { ChatSimulation } from './chat-simulation.ts'
import { MailNode } from './mail-node.ts'
import type { MailNodeDeps } from './mail-node.ts'
import { creepUntil, creepWhile } from './real-work.ts'
import { FrameLog } from './frame-log.ts'

export interface MailStageOptions {
  readonly bob?: MailNodeDeps
  /** Whether both have published a box key. @default true */
  readonly haveKeys?: boolean
}

/** Nobody looks for others: what passes between Alice and Bob passes the relay. */
const QUIET = {
  outboundConnections: 0,
  inboundConnections: 64,
  greylistRefineryIntervalMs: 3_600_000,
  whitelistRefineryIntervalMs: 3_600_000,
}

export class MailStage implements AsyncDisposable {
  readonly chat: ChatSimulation
  /** All bytes that were sent. */
  readonly frames: FrameLog
  readonly relay: ChatNode
  readonly alice: MailNode
  readonly bob: MailNode

  private constructor(options: MailStageOptions) {
    this.frames = new FrameLog()
    this.chat = new ChatSimulation({ latency: { minMs: 10, maxMs: 10 }, tap: this.frames })
    this.relay = this.chat.add({ settings: QUIET })
    const settings = { ...QUIET, peers: [this.relay.url] }
    const { clock } = this.chat
    this.alice = new MailNode(this.chat.add({ settings }), clock)
    this.bob = new MailNode(this.chat.add({ settings }), clock, options.bob)
  }

  static async open(options: MailStageOptions = {}): Promise<MailStage> {
    const stage = new MailStage(options)
    const { chat, relay, alice, bob } = stage
    await chat.start(relay, alice.node, bob.node)
    await chat.until(() => relay.node.p2p!.peerCount === 2)
    for (const each of [alice, bob]) each.mail.start()
    // The first repairs are done.
    await chat.advance(60_000)
    if (options.haveKeys !== false) await stage.publishKeys(alice, bob)
    return stage
  }

  /** Each has a box key that both others hold. */
  async publishKeys(...of: readonly MailNode[]): Promise<void> {
    for (const each of of) await this.during(each.publishKey())
    await this.chat.advance(1_000)
  }

  /** Moves time until `work` has ended. */
  during<T>(work: Promise<T>): Promise<T> {
    return creepWhile(this.chat.clock, work)
  }

  until(isDone: () => boolean): Promise<void> {
    return creepUntil(this.chat.clock, isDone)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { mail } of [this.alice, this.bob]) await this.during(mail.stop())
    await this.chat.stop()
  }
}
