/** The daemon's methods: checks beyond what schemas say, then the backend. */
import {
  DEFAULT_ROOM,
  DEFAULT_SEARCH_LIMIT,
  MAX_POST_TEXT_BYTES,
  MAX_QUERY_CHARACTERS,
  MAX_TEXT_BYTES,
  rpcError,
} from '@dchat/rpc'
import { method } from '@dchat/rpc-server'
import type { Method, MethodTable } from '@dchat/rpc-server'
import type { Clock, Logger } from '@dchat/system'
import type { RpcBackend } from './backend.ts'
import { checkLeak, checkText } from './check-text.ts'
import { readerFor } from './chat-reader.ts'
import { exportHistory, readHistory } from './history-methods.ts'
import { networkMethods } from './network-methods.ts'
import { nodeMethods } from './node-methods.ts'
import { peopleMethods } from './people-methods.ts'
import { ownLineMethods, privateRoomMethods, roomMethods } from './room-methods.ts'
import { Subscriptions } from './subscriptions.ts'
import type { SubscriptionCounts } from './subscriptions.ts'
import { isStoreFailure, translateError } from './translate-error.ts'

export interface MethodsOptions {
  readonly backend: RpcBackend
  readonly clock: Clock
  readonly logger: Logger
  /** Counts subscriptions. @default nobody looks */
  readonly subscriptionCounts?: SubscriptionCounts
}

/** One table serves one server: subscriptions live in it. */
export function createMethods(options: MethodsOptions): MethodTable {
  const subscriptions = new Subscriptions(options.backend, options.logger, options.subscriptionCounts)
  return [
    ...referenceMethods(options.backend, subscriptions),
    ...chatMethods(options, subscriptions),
    ...roomMethods(options.backend.rooms),
    ...privateRoomMethods(options.backend.rooms),
    ...ownLineMethods(options.backend.chat),
    ...peopleMethods(options.backend.people),
    ...nodeMethods(options.backend.node),
    ...networkMethods(options.backend.node, subscriptions),
  ].map((each) => translated(each, options.logger))
}

/** Those the reference has, with exactly its results. */
function referenceMethods({ chat, node }: RpcBackend, subscriptions: Subscriptions): Method[] {
  return [
    method('ping', () => 'pong'),
    method('send', ({ text }) => {
      checkText(text, MAX_TEXT_BYTES)
      checkLeak(text, { room: DEFAULT_ROOM, hint: 'everybody reads what send says: chat.send sends an invitation to somebody' })
      return chat.send(text)
    }),
    method('recv', () => chat.recv()),
    method('p2p.get_info', () => node.p2pInfo()),
    method('dnet.switch', ({ on }) => {
      node.dnetSwitch(on)
      return true
    }),
    method('dnet.subscribe_events', (_params, context) => subscriptions.subscribeNetwork(context)),
  ]
}

function chatMethods({ backend, clock }: MethodsOptions, subscriptions: Subscriptions): Method[] {
  const { chat, rooms, people } = backend
  return [
    method('chat.send', ({ text, room, kind = 'text', to, hold = false, in_clear: isMeant = false }) => {
      checkText(text, MAX_POST_TEXT_BYTES)
      if (room !== undefined && to !== undefined) throw rpcError('invalid_params', 'room and to exclude each other')
      const place = to === undefined ? (room ?? DEFAULT_ROOM) : `@${people.find(to)}`
      if (!isMeant) checkLeak(text, { room: place })
      return chat.chatSend({ text, room: place, kind, hold })
    }),
    method('chat.history', (params, context) => readHistory(params, { chat: readerFor(context, chat), clock, context })),
    method('chat.subscribe', (params, context) => subscriptions.subscribeChat(context, params)),
    method('chat.unsubscribe', ({ subscription }, { connection }) => {
      subscriptions.unsubscribe(connection, subscription)
      return true
    }),
    method('chat.search', async ({ query, limit = DEFAULT_SEARCH_LIMIT, ...where }, context) => {
      checkWords(query)
      return { messages: await readerFor(context, chat).search({ query, limit, ...where }) }
    }),
    method('chat.export', (params, context) => exportHistory(readerFor(context, chat), params, (room) => rooms.label(room))),
  ]
}

/** What the store looks for at a time. */
const MAX_WORDS = 16

/** @throws {RpcError} invalid params */
function checkWords(query: string): void {
  const words = query.split(/\s+/u).filter((word) => word !== '').length
  if (words === 0) throw rpcError('invalid_params', 'query has nothing but white space')
  if (words > MAX_WORDS) throw rpcError('invalid_params', `query has ${words} words, at most ${MAX_WORDS} are looked for`)
  if (query.length > MAX_QUERY_CHARACTERS)
    throw rpcError('invalid_params', `query is longer than ${MAX_QUERY_CHARACTERS} UTF-16 units`)
}

function translated({ spec, handle }: Method, logger: Logger): Method {
  return {
    spec,
    handle: async (params, context) => {
      try {
        return await handle(params, context)
      } catch (error) {
        if (isStoreFailure(error)) logger.error('Message store failed a call', { method: spec.name, error })
        throw translateError(error)
      }
    },
  }
}
