/** Pages of the history: as it is, as text, and those that are waited for. */
import { DEFAULT_EXPORT_LIMIT, DEFAULT_HISTORY_LIMIT, rpcError } from '@dchat/rpc'
import type { ExportPage, ExportParams, HistoryPage, HistoryParams } from '@dchat/rpc'
import type { RpcContext } from '@dchat/rpc-server'
import { sleep } from '@dchat/system'
import type { Clock } from '@dchat/system'
import type { HistoryQuery } from './backend.ts'
import type { ChatReader } from './chat-reader.ts'
import { exportText } from './export-text.ts'

/** @param labelOf what a room is called */
export function exportHistory(chat: ChatReader, params: ExportParams, labelOf: (room: string) => string): ExportPage {
  const { room, since = 0, format = 'jsonl', limit = DEFAULT_EXPORT_LIMIT } = params
  const { messages, more, last_seq } = chat.history({ since, limit, ...(room === undefined ? {} : { room }) })
  return { text: exportText(messages, format, labelOf), more, last_seq, next: messages.at(-1)?.seq ?? since }
}

export interface HistoryScope {
  readonly chat: ChatReader
  readonly clock: Clock
  readonly context: RpcContext
}

export async function readHistory(params: HistoryParams, { chat, clock, context }: HistoryScope): Promise<HistoryPage> {
  const { since, before, after, limit = DEFAULT_HISTORY_LIMIT, room, wait_ms: waitMs = 0 } = params
  if ([since, before, after].filter((seq) => seq !== undefined).length > 1)
    throw rpcError('invalid_params', 'since, before and after exclude each other')
  if (waitMs > 0 && since === undefined) throw rpcError('invalid_params', 'wait_ms needs since')
  const query: HistoryQuery = {
    limit,
    ...(since === undefined ? {} : { since }),
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    ...(room === undefined ? {} : { room }),
  }
  const page = chat.history(query)
  if (waitMs === 0 || page.messages.length > 0) return page
  await waitForMessage({ chat, clock, context }, { since: since ?? 0, room, waitMs })
  return chat.history(query)
}

/** Resolves with the first message of the room after `since`, or after `waitMs`. @throws the signal's reason */
async function waitForMessage(
  scope: HistoryScope,
  { since, room, waitMs }: { since: number; room: string | undefined; waitMs: number },
): Promise<void> {
  const { chat, clock, context } = scope
  const arrived = new AbortController()
  const unsubscribe = chat.onMessage((message) => {
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
