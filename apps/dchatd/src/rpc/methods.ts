/** The daemon's methods: checks beyond what schemas say, then the backend. */
import {
  DEFAULT_BAN_HOURS,
  DEFAULT_EXPORT_LIMIT,
  DEFAULT_HISTORY_LIMIT,
  DEFAULT_ROOM,
  MAX_TEXT_BYTES,
  rpcError,
} from '@dchat/rpc'
import type { ExportPage, ExportParams, HistoryPage, HistoryParams } from '@dchat/rpc'
import { method } from '@dchat/rpc-server'
import type { Method, MethodTable, RpcContext } from '@dchat/rpc-server'
import { sleep } from '@dchat/system'
import type { Clock, Logger } from '@dchat/system'
import type { HistoryQuery, RpcBackend } from './backend.ts'
import { exportText } from './export-text.ts'
import { normaliseNick } from './nick.ts'
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
    ...nodeMethods(options.backend),
  ].map((each) => translated(each, options.logger))
}

/** Those the reference has, with exactly its results. */
function referenceMethods(backend: RpcBackend, subscriptions: Subscriptions): Method[] {
  return [
    method('ping', () => 'pong'),
    method('send', ({ text }) => {
      checkText(text)
      return backend.send(text)
    }),
    method('recv', () => backend.recv()),
    method('p2p.get_info', () => backend.p2pInfo()),
    method('dnet.switch', ({ on }) => {
      backend.dnetSwitch(on)
      return true
    }),
    method('dnet.subscribe_events', (_params, context) => subscriptions.subscribeNetwork(context)),
  ]
}

function chatMethods({ backend, clock }: MethodsOptions, subscriptions: Subscriptions): Method[] {
  return [
    method('chat.send', ({ text, room = DEFAULT_ROOM, kind = 'text' }) => {
      checkText(text)
      return backend.chatSend({ text, room, kind })
    }),
    method('chat.history', (params, context) => readHistory(params, { backend, clock, context })),
    method('chat.subscribe', (params, context) => subscriptions.subscribeChat(context, params)),
    method('chat.unsubscribe', ({ subscription }, { connection }) => {
      subscriptions.unsubscribe(connection, subscription)
      return true
    }),
    method('chat.export', (params) => exportHistory(backend, params)),
    method('chat.set_nick', ({ nick }) => {
      const normal = normaliseNick(nick)
      if (normal === undefined) throw rpcError('invalid_params', 'nick must be 1 to 32 visible characters on one line')
      return backend.setNick(normal)
    }),
  ]
}

function nodeMethods(backend: RpcBackend): Method[] {
  return [
    method('p2p.connect', ({ url }, { signal }) => backend.connect(url, signal).then(() => true as const)),
    method('p2p.disconnect', async ({ channel }) => {
      if (!(await backend.disconnect(channel))) throw rpcError('not_found', 'there is no channel with this id')
      return true as const
    }),
    method('hosts.list', ({ color }) => backend.hosts(color)),
    method('bans.list', () => backend.bans()),
    method('bans.add', ({ target, hours = DEFAULT_BAN_HOURS }) => backend.ban(target, hours).then(() => true as const)),
    method('bans.remove', ({ target }) => {
      if (!backend.unban(target)) throw rpcError('not_found', 'nothing of this name is banned; bans.list lists what is')
      return true
    }),
    method('node.get_info', () => backend.nodeInfo()),
    method('node.metrics', () => backend.metrics()),
    method('log.set_level', (setting) => {
      backend.setLogLevel(setting)
      return true
    }),
    method('node.stop', (_params, context) => {
      context.afterAnswer(() => backend.stop())
      return true
    }),
  ]
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

function checkText(text: string): void {
  const bytes = Buffer.byteLength(text)
  if (bytes > MAX_TEXT_BYTES) throw rpcError('invalid_params', `text has ${bytes} bytes, at most ${MAX_TEXT_BYTES} are allowed`)
}

function exportHistory(backend: RpcBackend, params: ExportParams): ExportPage {
  const { room, since = 0, format = 'jsonl', limit = DEFAULT_EXPORT_LIMIT } = params
  const { messages, more, last_seq } = backend.history({ since, limit, ...(room === undefined ? {} : { room }) })
  return { text: exportText(messages, format), more, last_seq, next: messages.at(-1)?.seq ?? since }
}

interface HistoryScope {
  readonly backend: RpcBackend
  readonly clock: Clock
  readonly context: RpcContext
}

async function readHistory(params: HistoryParams, { backend, clock, context }: HistoryScope): Promise<HistoryPage> {
  const { since, before, limit = DEFAULT_HISTORY_LIMIT, room, wait_ms: waitMs = 0 } = params
  if (since !== undefined && before !== undefined) throw rpcError('invalid_params', 'since and before exclude each other')
  if (waitMs > 0 && since === undefined) throw rpcError('invalid_params', 'wait_ms needs since')
  const query: HistoryQuery = {
    limit,
    ...(since === undefined ? {} : { since }),
    ...(before === undefined ? {} : { before }),
    ...(room === undefined ? {} : { room }),
  }
  const page = backend.history(query)
  if (waitMs === 0 || page.messages.length > 0) return page
  await waitForMessage({ backend, clock, context }, { since: since ?? 0, room, waitMs })
  return backend.history(query)
}

/** Resolves with the first message of the room after `since`, or after `waitMs`. @throws the signal's reason */
async function waitForMessage(
  scope: HistoryScope,
  { since, room, waitMs }: { since: number; room: string | undefined; waitMs: number },
): Promise<void> {
  const { backend, clock, context } = scope
  const arrived = new AbortController()
  const unsubscribe = backend.onMessage((message) => {
    if (message.seq > since && (room === undefined || message.room === room)) arrived.abort()
  })
  const signal = AbortSignal.any([context.signal, arrived.signal])
  try {
    await sleep(clock, waitMs, signal)
  } catch (error) {
    if (!arrived.signal.aborted) throw error
  } finally {
    unsubscribe()
  }
}
