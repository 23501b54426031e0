/**
 * What a caller reads of the chat. Who may read but not join private rooms is not let in by the invitations in conversations: he gets
 * them without their secrets, and cannot find them by what is in them.
 */
import { MAX_PAGE_LINES, maskInvitations } from '@dchat/rpc'
import type { HistoryPage, Message } from '@dchat/rpc'
import type { RpcContext } from '@dchat/rpc-server'
import type { Unsubscribe } from '@dchat/system'
import type { ChatBackend, HistoryQuery, SearchQuery } from './backend.ts'

/** What lines are read by. */
export type ChatReader = Pick<ChatBackend, 'history' | 'lastSeq' | 'onMessage' | 'search' | 'pending'>

export type Caller = Pick<RpcContext, 'token' | 'mayCall'>

export function readerFor(caller: Caller, chat: ChatReader): ChatReader {
  return mayJoin(caller) ? chat : new MaskedReader(chat)
}

/** A text of a private room or a conversation, as the caller may see it. */
export function textFor(caller: Caller, text: string): string {
  return mayJoin(caller) ? text : maskInvitations(text)
}

function mayJoin({ token, mayCall }: Caller): boolean {
  return token === undefined || mayCall('room.accept')
}

class MaskedReader implements ChatReader {
  readonly #chat: ChatReader

  constructor(chat: ChatReader) {
    this.#chat = chat
  }

  history(query: HistoryQuery): HistoryPage {
    const page = this.#chat.history(query)
    return { ...page, messages: page.messages.map(masked) }
  }

  lastSeq(): number {
    return this.#chat.lastSeq()
  }

  onMessage(listener: (message: Message) => void): Unsubscribe {
    return this.#chat.onMessage((message) => listener(masked(message)))
  }

  /** Without lines that hold an invitation: what is found tells what is in it, letter by letter. */
  async search(query: SearchQuery): Promise<Message[]> {
    let found = await this.#chat.search(query)
    let kept = found.filter(isOpen)
    const { limit } = query
    let wasFull = found.length >= limit
    while (kept.length < limit && wasFull) {
      found = await this.#chat.search({ ...query, limit: MAX_PAGE_LINES, before: found[0]!.seq })
      wasFull = found.length >= MAX_PAGE_LINES
      kept = [...found.filter(isOpen), ...kept].slice(-limit)
    }
    return kept
  }

  pending(): Message[] {
    return this.#chat.pending().map(masked)
  }
}

/** Whether nothing in it lets anybody in. */
function isOpen(message: Message): boolean {
  return masked(message) === message
}

/** What everybody could read anyway stays as it is. */
function masked(message: Message): Message {
  if (message.encrypted === null) return message
  const text = maskInvitations(message.text)
  return text === message.text ? message : { ...message, text }
}
