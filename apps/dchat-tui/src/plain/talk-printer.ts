/** Prints the talk as it grows: the shown room from its tail on, other rooms as lines come, each line once. */
import type { Message } from '@dchat/rpc'
import type { ChatState, SessionAction } from '../state/model.ts'
import { isIgnored } from '../state/ignores.ts'
import type { Piece } from '../state/item-list.ts'
import { shownRoom, shownView } from '../state/selectors.ts'
import { messagesOf } from '../state/talk.ts'
import { plainRoom } from '../state/rooms.ts'
import { lockWords } from '../view/lock.ts'
import { roomName } from '../view/room-name.ts'
import { dayKey } from '../view/time.ts'
import { dayLine, messageLine, noticeLine } from './format.ts'

export interface TalkPrinterDeps {
  readonly state: () => ChatState
  /** Writes whole lines of the talk. */
  readonly print: (text: string) => void
  /** Writes what is not talk. */
  readonly note: (text: string) => void
}

/** Lines of history shown of a room that comes on. */
const TAIL_LINES = 20

export class TalkPrinter {
  readonly #deps: TalkPrinterDeps
  readonly #shown = new Set<number>()
  readonly #noted = new Set<string>()
  readonly #done = new WeakSet<Piece>()
  #lastDay: string | null = null
  /** The room whose tail was shown. */
  #room: string | null = null
  /** Own lines wait for the answer to their call, which tells how far they got. */
  isSending = false

  constructor(deps: TalkPrinterDeps) {
    this.#deps = deps
  }

  /** Prints what the last change brought to the shown room: lines wait for the first page and for the own name. */
  update(): void {
    const state = this.#deps.state()
    this.#noteNotices(state)
    const { talk, isLoaded } = shownView(state)
    if (!isLoaded || state.node === null) return
    if (this.#room !== state.room) {
      if (this.#room !== null) this.#deps.note(noticeLine(`in ${roomName(shownRoom(state))}: ${lockWords(state)}`))
      this.#room = state.room
      for (const message of messagesOf(talk).slice(0, -TAIL_LINES)) this.#shown.add(message.seq)
    }
    for (const piece of talk.items.pieces) if (!this.#done.has(piece)) this.#printPiece(piece)
  }

  /** A piece of talk does not change: once all its lines are printed it is not looked at again. */
  #printPiece(piece: Piece): void {
    let isDone = true
    for (const item of piece) {
      if (item.type !== 'message') continue
      if (this.#isUnderWay(item.message)) isDone = false
      else this.#show(item.message)
    }
    if (isDone) this.#done.add(piece)
  }

  /** Prints the lines of other rooms that `action` brings. */
  heard(action: SessionAction): void {
    const state = this.#deps.state()
    const messages = action.type === 'live' ? action.messages : action.type === 'stored' ? [action.message] : []
    for (const message of messages) if (message.room !== state.room) this.#show(message)
  }

  #isUnderWay({ own, delivery }: Message): boolean {
    return this.isSending && own && delivery?.state === 'stored'
  }

  #show(message: Message): void {
    if (this.#shown.has(message.seq)) return
    this.#shown.add(message.seq)
    if (isIgnored(this.#deps.state().ignores, message)) return
    const state = this.#deps.state()
    const at = message.time ?? message.received
    const day = dayKey(at)
    if (day !== this.#lastDay) this.#deps.print(dayLine(at))
    this.#lastDay = day
    const summary = state.rooms.find(({ room }) => room === message.room) ?? plainRoom(message.room)
    const room = message.room === state.room ? null : roomName(summary)
    const { showTime, timeFormat } = state.settings
    const context = { ownNick: state.node?.nick ?? null, room, timeFormat: showTime ? timeFormat : null }
    this.#deps.print(messageLine(message, context))
  }

  /** What the program says by itself stands in the talk as a notice. */
  #noteNotices(state: ChatState): void {
    for (const item of shownView(state).talk.items) {
      if (item.type !== 'notice' || this.#noted.has(item.key)) continue
      this.#noted.add(item.key)
      this.#deps.note(noticeLine(item.text))
    }
  }
}
