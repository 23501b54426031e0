/** The commands of posts on one channel. Source: docs/chat.md, *Announced, never imposed* and *Commands*. */
import type { Channel, MessageSubscription, Protocol } from '@dchat/net'
import { isFeatured } from '../feature.ts'
import {
  POST_MESSAGES,
  haveMessage,
  pageEndMessage,
  pageMessage,
  postMessage,
  roomsMessage,
  syncMessage,
  wantMessage,
} from '../messages.ts'
import type { PageEnd, PageRequest, RoomHint, SyncFrame } from '../messages.ts'
import { offenceOf } from './offence.ts'

/** What the commands of a featured channel lead to. What these throw ends the channel. */
export interface PostCommands {
  onPost(bytes: Buffer): void
  onHave(ids: readonly Buffer[]): void
  onWant(ids: readonly Buffer[]): Promise<void>
  onRooms(rooms: readonly RoomHint[]): void
  onPage(request: PageRequest): Promise<void>
  onPageEnd(end: PageEnd): void
  onSync(frame: SyncFrame): void
}

export interface ProtocolPostsDeps {
  /** The channel is featured: both sides have listed posts, and the versions are exchanged. */
  open(channel: Channel): PostCommands
}

/**
 * Made only where this node has listed posts. On a channel whose peer has not, the commands become unknown again at the start: who sends
 * one is treated as by a node that does not speak posts, nothing is kept, and nothing is ever sent.
 */
export class ProtocolPosts implements Protocol {
  readonly #channel: Channel
  readonly #deps: ProtocolPostsDeps
  readonly #posts: MessageSubscription<Buffer>
  readonly #haves: MessageSubscription<readonly Buffer[]>
  readonly #wants: MessageSubscription<readonly Buffer[]>
  readonly #rooms: MessageSubscription<readonly RoomHint[]>
  readonly #pages: MessageSubscription<PageRequest>
  readonly #pageEnds: MessageSubscription<PageEnd>
  readonly #syncs: MessageSubscription<SyncFrame>

  constructor(channel: Channel, deps: ProtocolPostsDeps) {
    this.#channel = channel
    this.#deps = deps
    this.#posts = channel.subscribe(postMessage)
    this.#haves = channel.subscribe(haveMessage)
    this.#wants = channel.subscribe(wantMessage)
    this.#rooms = channel.subscribe(roomsMessage)
    this.#pages = channel.subscribe(pageMessage)
    this.#pageEnds = channel.subscribe(pageEndMessage)
    this.#syncs = channel.subscribe(syncMessage)
  }

  start(): void {
    const channel = this.#channel
    if (!isFeatured(channel)) {
      channel.unsubscribe(POST_MESSAGES)
      return
    }
    const commands = this.#deps.open(channel)
    this.#posts.handle(checked(postMessage.name, (bytes) => commands.onPost(bytes)))
    this.#haves.handle(checked(haveMessage.name, (ids) => commands.onHave(ids)))
    this.#wants.serve(channel.tasks, (ids) => commands.onWant(ids))
    this.#rooms.handle(checked(roomsMessage.name, (rooms) => commands.onRooms(rooms)))
    this.#pages.serve(channel.tasks, (request) => commands.onPage(request).catch(rethrowOffence))
    this.#pageEnds.handle(checked(pageEndMessage.name, (end) => commands.onPageEnd(end)))
    this.#syncs.handle(checked(syncMessage.name, (frame) => commands.onSync(frame)))
  }
}

/** Turns what a peer is at fault for into the end of its channel that it earns. */
function checked<T>(command: string, handle: (message: T) => void): (message: T) => void {
  return (message) => {
    try {
      handle(message)
    } catch (error) {
      throw offenceOf(error, command)
    }
  }
}

function rethrowOffence(error: unknown): never {
  throw offenceOf(error, pageMessage.name)
}
