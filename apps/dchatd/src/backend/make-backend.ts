/** What the RPC methods are given, put together. */
import { foldNick, holderOf, tagOf } from '@dchat/chat'
import type { LogSetting } from '@dchat/rpc'
import type { MessageStore } from '@dchat/store'
import type { Clock, Logger } from '@dchat/system'
import type { Dchat } from '../dchat.ts'
import type { Highlights } from '../highlights.ts'
import type { OwnIdentity } from '../own-identity.ts'
import type { OwnProfile } from '../own-profile.ts'
import type { PrivateChat } from '../private-chat.ts'
import type { RpcBackend } from '../rpc/backend.ts'
import { AuthorBook } from './author-book.ts'
import type { NameRules } from './author-book.ts'
import { ChatBackend } from './chat-backend.ts'
import { ChatEvents } from './chat-events.ts'
import { NodeBackend } from './node-backend.ts'
import { PeopleBackend } from './people-backend.ts'
import { PersonFinder } from './person-finder.ts'
import { RoomBackend } from './room-backend.ts'

export interface BackendDeps {
  readonly dchat: Dchat
  readonly privateChat: PrivateChat
  readonly store: MessageStore
  readonly identity: OwnIdentity
  readonly profile: OwnProfile
  readonly highlights: Highlights
  /** Whether the node had run before, and its key was gone at this start. */
  readonly isKeyLost: boolean
  readonly clock: Clock
  readonly logger: Logger
  /** Sets what is logged, of one module or of all. */
  setLogLevel(level: LogSetting['level'], module: LogSetting['module']): void
  /** In the text format of Prometheus. */
  metrics(): Promise<string>
  /** Begins the daemon's stop. */
  requestStop(): void
}

export interface DaemonBackend extends RpcBackend {
  /** Begun before clients come, ended after the last has gone. */
  readonly events: ChatEvents
}

/** Source: docs/chat.md, *Identity*. */
export const NAME_RULES: NameRules = {
  foldNick,
  tagOf: (key) => tagOf(Buffer.from(key, 'hex')),
  holderOf,
}

export function makeBackend(deps: BackendDeps): DaemonBackend {
  const { dchat, privateChat, store, profile, highlights, identity, clock, logger } = deps
  const { posts } = dchat
  const { mail, rooms: privateRooms } = privateChat
  const { names, rooms } = store
  const authors = new AuthorBook({ names, rooms, clock, logger, rules: NAME_RULES, ownKey: identity.key })
  const events = new ChatEvents({ store, posts, authors, offers: privateRooms, logger })
  const finder = new PersonFinder({ names, rooms, authors, tagOf: (key) => NAME_RULES.tagOf(key) })
  const people = new PeopleBackend({ identity, profile, highlights, store, authors, finder, events })
  return {
    events,
    people,
    chat: new ChatBackend({
      ...{ dchat, profile, posts, mail, privateRooms, store, authors, events },
      channels: () => dchat.p2p.connectedChannels,
    }),
    rooms: new RoomBackend({ posts, store, privateRooms, authors, finder, events }),
    node: new NodeBackend({ ...deps, people, events }),
  }
}
