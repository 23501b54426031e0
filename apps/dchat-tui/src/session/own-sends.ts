/** Sends own lines and finds out about those whose answer was lost: the history tells whether they were stored. */
import { RpcError, RpcUnreachable } from '@dchat/rpc'
import type { MethodParams, RpcClient } from '@dchat/rpc'
import { sanitizeText } from '@dchat/system'
import type { Clock } from '@dchat/system'
import { CALL_TIMEOUT_MS, MAX_SETTLE_PAGES, SEND_TIMEOUT_MS } from '../limits.ts'
import type { OwnSend, SessionAction } from '../state/model.ts'
import { failureWords } from './failure-words.ts'
import { toMessage, toMessages } from './ingress.ts'

/** A line to be sent. */
export interface OwnLine {
  readonly room: string
  readonly text: string
  readonly kind: 'text' | 'action'
  /** In a conversation: keep it until a box key of the other comes, where none is known. @default false */
  readonly hold?: boolean
  /** Whether an invitation in it may be read by everybody. @default false */
  readonly inClear?: boolean
}

/** What became of a line: `away`: it was not sent at all; `unsure`: it may have been stored, the history will tell. */
export type SendOutcome = 'stored' | 'failed' | 'unsure' | 'away'

export interface OwnSendsDeps {
  readonly clock: Clock
  readonly dispatch: (action: SessionAction) => void
  /** Told when an answer did not come on a link that goes on: the history is to be asked. */
  readonly onTimeout: (client: RpcClient) => void
}

export class OwnSends {
  readonly #deps: OwnSendsDeps
  #lastLocalId = 0
  readonly #unsure = new Map<number, OwnSend>()
  /** Lines by the link they went over, of which the daemon has told nothing. */
  readonly #unanswered = new Map<RpcClient, number>()

  constructor(deps: OwnSendsDeps) {
    this.#deps = deps
  }

  /** Sends a line and tells how far it gets. `afterSeq`: of the newest line known. Never throws for what the daemon does. */
  async send(client: RpcClient, own: OwnLine, afterSeq: number): Promise<SendOutcome> {
    const { clock, dispatch } = this.#deps
    this.#lastLocalId += 1
    const { room, kind } = own
    const text = sanitizeText(own.text, { keepNewlines: true })
    const send: OwnSend = { localId: this.#lastLocalId, room, text, kind, at: clock.nowMs(), afterSeq }
    dispatch({ type: 'sending', send })
    try {
      const params: MethodParams<'chat.send'> = {
        text: own.text,
        room,
        kind,
        ...(own.hold === true ? { hold: true } : {}),
        ...(own.inClear === true ? { in_clear: true } : {}),
      }
      this.#count(client, 1)
      const result = toMessage(await client.call('chat.send', params, { timeoutMs: SEND_TIMEOUT_MS }))
      if (result === null) throw new RpcError(-32603, 'the daemon sent an answer that is no message')
      this.#count(client, -1)
      dispatch({ type: 'stored', send, message: result })
      return 'stored'
    } catch (error) {
      return this.#failed({ client, send }, error)
    }
  }

  /** Reads the history from the first unsure send on: what is in it was stored, the rest is not known. */
  async settle(client: RpcClient, signal: AbortSignal): Promise<void> {
    if (this.#unsure.size === 0) return
    const localIds = new Set(this.#unsure.keys())
    let since = Math.min(...[...this.#unsure.values()].map((send) => send.afterSeq))
    for (let count = 0; count < MAX_SETTLE_PAGES; count += 1) {
      const page = await client.call('chat.history', { since, limit: 1_000 }, { timeoutMs: CALL_TIMEOUT_MS, signal })
      const messages = toMessages(page.messages)
      this.#deps.dispatch({ type: 'live', messages: messages.filter((message) => message.own) })
      since = messages.at(-1)?.seq ?? since
      if (!page.more || messages.length === 0) break
    }
    for (const localId of localIds) this.#unsure.delete(localId)
    this.#deps.dispatch({ type: 'sendsSettled', localIds })
  }

  /** Whether the daemon may still have lines of this link to read: it would drop them when the link is closed. */
  hasUnanswered(client: RpcClient): boolean {
    return (this.#unanswered.get(client) ?? 0) > 0
  }

  /** This link is closed: nothing of it is read any more. */
  forget(client: RpcClient): void {
    this.#unanswered.delete(client)
  }

  #count(client: RpcClient, by: 1 | -1): void {
    this.#unanswered.set(client, (this.#unanswered.get(client) ?? 0) + by)
  }

  #failed({ client, send }: { client: RpcClient; send: OwnSend }, error: unknown): SendOutcome {
    if (error instanceof RpcError) {
      this.#count(client, -1)
      const isKeyless = error.data?.kind === 'no_key'
      this.#deps.dispatch({ type: 'sendFailed', send, reason: failureWords(error), isKeyless })
      return 'failed'
    }
    if (!(error instanceof RpcUnreachable)) throw error
    this.#unsure.set(send.localId, send)
    this.#deps.dispatch({ type: 'sendUnsure', send })
    if (error.code === 'RPC_TIMEOUT') this.#deps.onTimeout(client)
    return 'unsure'
  }
}
