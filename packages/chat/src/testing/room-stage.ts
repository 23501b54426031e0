/** Members of a private room around a relay that holds no keys: they are connected to nobody else. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StoredMessage } from '@dchat/store'
import type { ChatNode, ChatNodeOptions } from './chat-node.ts'
import { PostKind } from '../post/post.ts'
import { ChatSimulation } from './chat-simulation.ts'
import { creepUntil, creepWhile } from './real-work.ts'

export interface RoomStageOptions {
  readonly seed?: number
  /** How many come up with the relay. @default 2 */
  readonly members?: number
  /** Of the members. */
  readonly keep?: 'all' | 'joined'
}

/** Nobody is looked for: a day costs little. */
const QUIET = {
  outboundConnections: 0,
  inboundConnections: 64,
  greylistRefineryIntervalMs: 3_600_000,
  whitelistRefineryIntervalMs: 3_600_000,
}

export class RoomStage implements AsyncDisposable {
  readonly chat: ChatSimulation
  readonly relay: ChatNode
  readonly members: ChatNode[] = []
  readonly #folder: string
  readonly #options: RoomStageOptions

  private constructor(options: RoomStageOptions) {
    const { seed = 1 } = options
    this.#options = options
    this.#folder = mkdtempSync(join(tmpdir(), 'dchat-rooms-'))
    this.chat = new ChatSimulation({ seed, latency: { minMs: 10, maxMs: 10 } })
    this.relay = this.chat.add({ settings: QUIET, storePath: this.relayFile })
  }

  /** All are up and connected. */
  static async open(options: RoomStageOptions = {}): Promise<RoomStage> {
    const stage = new RoomStage(options)
    await stage.chat.start(stage.relay)
    for (let index = 0; index < (options.members ?? 2); index += 1) await stage.addMember()
    return stage
  }

  /** The database of the relay. */
  get relayFile(): string {
    return join(this.#folder, 'relay.db')
  }

  /** Where a member keeps its keys, by its number. */
  keysFile(index: number): string {
    return join(this.#folder, `member-${index}`, 'room-keys')
  }

  /** Somebody new comes up and is connected to the relay. */
  async addMember(options: ChatNodeOptions = {}): Promise<ChatNode> {
    const { keep = 'all' } = this.#options
    const keysFolder = join(this.#folder, `member-${this.members.length}`)
    const settings = { ...QUIET, peers: [this.relay.url], ...options.settings }
    const member = this.chat.add({ keep, keysFolder, ...options, settings })
    this.members.push(member)
    await this.#bringUp(member)
    return member
  }

  /** Somebody comes up who is connected to nobody. */
  async addAlone(): Promise<ChatNode> {
    const alone = this.chat.add({ keysFolder: join(this.#folder, 'alone'), settings: QUIET })
    await this.chat.start(alone)
    return alone
  }

  /** Moves time until `work` is done. */
  settle<T>(work: Promise<T>): Promise<T> {
    return creepWhile(this.chat.clock, work)
  }

  /** `first` makes a room, all `others` accept its invitation. @returns its id */
  async share(first: ChatNode, ...others: readonly ChatNode[]): Promise<string> {
    const room = await this.settle(first.rooms.create('garden'))
    for (const other of others) await this.settle(other.rooms.accept(first.rooms.invitation(room)))
    return room
  }

  /** Says something and lets it arrive. */
  async say(member: ChatNode, room: string, text: string): Promise<StoredMessage> {
    const line = await this.settle(member.rooms.say({ room, kind: 'text', text }))
    await this.chat.advance(1_000)
    return line
  }

  /** The host goes down as its user stops it, and comes up again. */
  async restart(member: ChatNode, whileDown: () => void = () => {}): Promise<void> {
    await this.settle(member.node.leave())
    await this.settle(member.stopped)
    whileDown()
    await this.#bringUp(member)
  }

  /** Lets what was sent arrive, and every member try the direct messages that came. */
  async deliver(): Promise<void> {
    await this.chat.advance(1_000)
    await creepUntil(this.chat.clock, () => this.members.every(({ store }) => store.posts.untriedCount() === 0))
  }

  /** It is connected, and the relay has its box key. */
  async #bringUp(member: ChatNode): Promise<void> {
    const { chat, relay } = this
    await chat.start(member)
    await chat.until(() => member.node.p2p!.peerCount > 0)
    await creepUntil(chat.clock, () => relay.store.posts.newestOf(member.signer.key, PostKind.BoxKey) !== undefined)
    await chat.advance(5_000)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.chat.stop()
    rmSync(this.#folder, { recursive: true })
  }
}

/** The lines of a room, as all members have to see them. */
export function shownOf(node: ChatNode, room: string): string[] {
  const { messages } = node.store.history({ limit: 1_000, room })
  return messages.map(({ kind, text, authorKey, member, retracted, id }) =>
    [kind, retracted ? 'retracted' : text, authorKey, member ?? 'unverified', id].join(' '),
  )
}
