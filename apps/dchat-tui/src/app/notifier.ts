/** Tells the user of lines that are meant for him while he does not look: by a bell, by the terminal, or by a command of his. */
import type { Message } from '@dchat/rpc'
import type { Clock, Timer } from '@dchat/system'
import { AWAY_AFTER_MS, NOTIFY_PAUSE_MS } from '../limits.ts'
import { isIgnored } from '../state/ignores.ts'
import { isMention, mentionWords } from '../state/mention.ts'
import type { ChatState, SessionAction } from '../state/model.ts'
import { plainRoom } from '../state/rooms.ts'
import type { RoomSummary } from '../state/rooms.ts'
import { shownView } from '../state/selectors.ts'
import type { Store } from '../state/store.ts'
import { BELL, commandEnv, osc9 } from './notification.ts'
import type { News } from './notification.ts'
import { StateWatcher } from './state-watcher.ts'

export interface NotifierDeps {
  readonly store: Store
  readonly clock: Clock
  /** To the terminal, without drawing anything. */
  readonly write: (data: string) => void
  readonly run: (argv: readonly string[], env: Readonly<Record<string, string>>) => void
  /** Whether the terminal takes more than a bell. */
  readonly hasOsc: boolean
}

export class Notifier extends StateWatcher<NotifierDeps> {
  #timer: Timer | undefined
  /** The newest of what came during the pause. */
  #waiting: Message | undefined
  #touchedMs: number
  #seen: readonly unknown[]

  constructor(deps: NotifierDeps) {
    super(deps)
    this.#touchedMs = deps.clock.nowMs()
    this.#seen = touchedBy(deps.store.state)
  }

  /** Idempotent. */
  override stop(): void {
    super.stop()
    this.#timer?.cancel()
    this.#timer = undefined
    this.#waiting = undefined
  }

  /** What came, and the state before it did: what was known or read then is not told of. */
  heard(actions: readonly SessionAction[], before: Pick<ChatState, 'rooms'>): void {
    if (this.deps.store.state.settings.notify === 'off') return
    const known = new Map(before.rooms.map((summary) => [summary.room, summary]))
    for (const action of actions) {
      if (action.type !== 'live') continue
      for (const message of action.messages) {
        const summary = known.get(message.room)
        const isOld = summary !== undefined && message.seq <= Math.max(summary.lastSeq, summary.readSeq)
        if (!isOld && this.#isMeant(message)) this.#waiting = message
      }
    }
    if (this.#timer === undefined) this.#tell()
  }

  /** A line of another that names the user, or is for him alone, unless nothing of the room is to be told. */
  #isMeant(message: Message): boolean {
    if (message.own || message.retracted) return false
    const { state } = this.deps.store
    const { level, kind } = this.#summaryOf(message)
    if (level === 'none' || isIgnored(state.ignores, message)) return false
    return isMention(message, mentionWords(state)) || (kind === 'direct' && level === 'all')
  }

  #tell(): void {
    const message = this.#waiting
    this.#waiting = undefined
    if (message === undefined) return
    const { clock } = this.deps
    const isLooking = this.#isLooking()
    const { state } = this.deps.store
    const told = this.#send(
      { message, summary: this.#summaryOf(message), isHere: isLooking && state.room === message.room },
      isLooking,
    )
    if (!told) return
    this.#timer = clock.setTimer(
      NOTIFY_PAUSE_MS,
      () => {
        this.#timer = undefined
        this.#tell()
      },
      { background: true },
    )
  }

  /** A command is told whether the user looks, and decides itself; false when nothing was done. */
  #send(news: News, isLooking: boolean): boolean {
    const { write, run, store, hasOsc } = this.deps
    const { notify, notifyBody, notifyCommand } = store.state.settings
    if (notify === 'command') {
      run(notifyCommand, commandEnv(news, notifyBody))
      return true
    }
    if (isLooking || notify === 'off') return false
    write(notify === 'osc9' && hasOsc ? osc9(news, notifyBody) : BELL)
    return true
  }

  #summaryOf({ room }: Message): RoomSummary {
    return this.deps.store.state.rooms.find((summary) => summary.room === room) ?? plainRoom(room)
  }

  #isLooking(): boolean {
    return this.deps.store.state.isFocused && this.deps.clock.nowMs() - this.#touchedMs < AWAY_AFTER_MS
  }

  /** What only keys change tells that somebody is there. */
  protected override look(): void {
    const now = touchedBy(this.deps.store.state)
    if (now.every((value, index) => value === this.#seen[index])) return
    this.#seen = now
    this.#touchedMs = this.deps.clock.nowMs()
  }
}

function touchedBy(state: ChatState): readonly unknown[] {
  return [state.editor, state.room, state.overlay, state.isFocused, shownView(state).scroll]
}
