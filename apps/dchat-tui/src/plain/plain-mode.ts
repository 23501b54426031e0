/** The line mode: prints the talk as it grows, reads lines to send. Append-only; no colours, no cursor. */
import { commandHelp } from '../commands/help-text.ts'
import { parseLine } from '../commands/parse-line.ts'
import { Questions } from '../app/questions.ts'
import { RoomSwitcher } from '../app/room-switcher.ts'
import { sharedCommands } from '../app/shared-commands.ts'
import type { SharedCommands } from '../app/shared-commands.ts'
import type { Question, SettingsControl } from '../commands/command-context.ts'
import { runCommand } from '../commands/run-command.ts'
import type { ChatSession } from '../session/chat-session.ts'
import type { OwnLine } from '../session/own-sends.ts'
import { leakQuestion } from '../state/leak.ts'
import type { ChatState, SessionAction } from '../state/model.ts'
import { shownView } from '../state/selectors.ts'
import { pendingItems } from '../state/talk.ts'
import type { Store } from '../state/store.ts'
import { toMessages } from '../session/ingress.ts'
import { roomNameIn } from '../view/room-name.ts'
import { messageLine, noticeLine } from './format.ts'
import { inputLines } from './input-lines.ts'
import { TalkPrinter } from './talk-printer.ts'

export interface PlainDeps {
  readonly store: Store
  readonly session: Pick<ChatSession, 'call' | 'callRaw' | 'send' | 'reconnect' | 'loadShown' | 'refreshRooms' | 'forget'>
  readonly settings: SettingsControl
  /** Writes whole lines of the talk. */
  readonly print: (text: string) => void
  /** Writes what is not talk: for pipes, standard error. */
  readonly note: (text: string) => void
  /** Somebody was verified, or no longer. */
  readonly factsChanged: () => void
  /** Unix ms. */
  readonly now: () => number
  /** Whether a dchatd was started here that does not answer yet. */
  readonly isStarting: () => boolean
  /** A line for a shell. */
  readonly howToStart: string
  readonly input: AsyncIterable<Uint8Array | string>
  /** Whether to give up when the daemon is not there, instead of waiting for it: so for scripts. */
  readonly isScript: boolean
}

/** 0 all sent; 1 the daemon refused something; 2 a line that is none; 3 not reached, or an answer was lost. */
export type PlainExit = 0 | 1 | 2 | 3

export class PlainMode {
  readonly #deps: PlainDeps
  readonly #printer: TalkPrinter
  readonly #commands: SharedCommands
  readonly #questions = new Questions()
  /** A question that stands before the link. */
  readonly #askedFirst = Promise.withResolvers<boolean>()
  #isFirstOpen = false
  #worst: PlainExit = 0
  #isQuitting = false
  #link: ChatState['link']['at'] = 'connecting'

  constructor(deps: PlainDeps) {
    this.#deps = deps
    this.#printer = new TalkPrinter({ ...deps, state: () => deps.store.state })
    this.#commands = sharedCommands({ ...deps, switcher: new RoomSwitcher(deps), questions: this.#questions })
  }

  /** To be told of every action, once the store has it: lines of rooms that are not shown are in no talk. */
  heard(action: SessionAction): void {
    this.#printer.heard(action)
  }

  /** Runs until the input ends and all of it has been answered, or `/quit`, or, for scripts, the daemon is not there. */
  async run(): Promise<PlainExit> {
    const unsubscribe = this.#deps.store.subscribe(() => this.#update())
    try {
      if (!(await Promise.race([this.#reached(), this.#askedFirst.promise]))) return this.#notReached()
      for await (const line of inputLines(this.#deps.input)) {
        if (line.kind === 'tooLong') this.#fail(2, 'a line is too long: at most 65,536 bytes')
        else await this.#handle(line.text)
        if (this.#isQuitting) break
      }
      this.#endQuestion()
      return this.#worst
    } finally {
      unsubscribe()
    }
  }

  /** Whether to start dchatd: of a script nobody can be asked. */
  askFirst(question: Question): void {
    if (this.#deps.isScript) return
    this.#isFirstOpen = true
    this.#questions.ask(question)
    this.#update()
    this.tell(`${question.text} Type yes, no or always.`)
    this.#askedFirst.resolve(true)
  }

  /** Says something that is no answer to a command. */
  tell(text: string): void {
    this.#deps.note(noticeLine(text))
  }

  /** The first question takes the words that it names; any other line is no, and what it is besides. */
  async #answersFirst(line: string): Promise<boolean> {
    const word = line.trim().toLowerCase()
    if (!this.#isFirstOpen) return false
    this.#isFirstOpen = false
    if (/^(?:y|yes|a|always)$/u.test(word)) await this.#questions.sayYes(word.startsWith('a'))
    else if (/^(?:n|no)$/u.test(word)) this.#questions.sayNo()
    else return false
    return true
  }

  #notReached(): PlainExit {
    if (this.#deps.store.state.link.at === 'away') this.tell(`to start it: ${this.#deps.howToStart}`)
    return 3
  }

  async #handle(line: string): Promise<void> {
    if (await this.#answersFirst(line)) return
    const parsed = parseLine(line)
    if (parsed.kind !== 'empty' && !(parsed.kind === 'command' && parsed.name === 'yes')) this.#endQuestion()
    switch (parsed.kind) {
      case 'empty':
        return
      case 'error':
        this.#fail(2, parsed.message)
        return
      case 'text':
        await this.#send(parsed.text, 'text')
        return
      case 'command':
        if (parsed.name === 'me') await this.#send(parsed.argument, 'action')
        else await this.#run({ name: parsed.name, argument: parsed.argument })
    }
  }

  async #run(command: Parameters<typeof runCommand>[0]): Promise<void> {
    const { store, note } = this.#deps
    const isDone = await runCommand(command, {
      ...this.#commands,
      print: (text) => note(noticeLine(text)),
      ask: (question) => this.#ask(question),
      copy: () => 'there is no clipboard in the line mode',
      showResults: (query, room) => this.#printResults(query, room),
      help: () => note(noticeLine(commandHelp().join('\n'))),
      frames: () => null,
      now: this.#deps.now,
      clear: () => {},
      quit: () => {
        this.#isQuitting = true
      },
    })
    if (!isDone) this.#worst = worse(this.#worst, store.state.link.at === 'ready' ? 1 : 3)
  }

  /** The newest lines found, oldest first, as the talk is printed. */
  async #printResults(query: string, room: string | null): Promise<void> {
    const { store, session, print, note } = this.#deps
    const scope = room === null ? {} : { room }
    const page = await session.call('chat.search', { query, limit: MAX_PRINTED_RESULTS, ...scope })
    const found = toMessages(page.messages)
    note(noticeLine(found.length === 0 ? 'nothing was found' : `found ${found.length}, the newest last:`))
    const { rooms, node } = store.state
    for (const message of found) {
      const name = room === null ? roomNameIn(rooms, message.room) : null
      print(messageLine(message, { ownNick: node?.nick ?? null, room: name, timeFormat: '%Y-%m-%d %H:%M' }))
    }
  }

  #ask(question: Question): void {
    this.#questions.ask(question)
    this.#deps.note(noticeLine(`${question.text} The line /yes does it, any other does not.`))
  }

  /** A question that is not answered is answered with no. */
  #endQuestion(): void {
    if (!this.#questions.isOpen) return
    this.#questions.sayNo()
    this.#fail(1, 'not done')
  }

  async #send(text: string, kind: 'text' | 'action'): Promise<void> {
    const { state } = this.#deps.store
    const { room } = state
    const question = leakQuestion(state, text)
    if (question === null) await this.#sendNow({ room, text, kind })
    else this.#ask({ text: question, yes: () => this.#sendNow({ room, text, kind, inClear: true }) })
  }

  async #sendNow(line: OwnLine): Promise<void> {
    const { text } = line
    if (!(await this.#reached())) {
      this.#fail(3, `not sent: the daemon is away: ${shortened(text)}`)
      return
    }
    const { session } = this.#deps
    this.#printer.isSending = true
    const outcome = await session.send(line)
    this.#printer.isSending = false
    this.#update()
    if (outcome === 'failed') this.#fail(1, `not sent: ${this.#failure()}: ${shortened(text)}`)
    if (outcome === 'away') await this.#sendNow(line)
    if (outcome === 'unsure') await this.#settle(text)
  }

  /** Waits for the history to tell whether a line whose answer was lost was stored. */
  async #settle(text: string): Promise<void> {
    await this.#until((state) => this.#isGivenUp(state) || !hasPending(state, 'unsure'))
    const isUnknown = hasPending(this.#deps.store.state, 'unsure') || hasPending(this.#deps.store.state, 'unknown')
    if (isUnknown) this.#fail(3, `not confirmed, it may have been sent: ${shortened(text)}`)
  }

  /** Waits for the link; false when it is given up. */
  async #reached(): Promise<boolean> {
    await this.#until((state) => state.link.at === 'ready' || this.#isGivenUp(state))
    return this.#deps.store.state.link.at === 'ready'
  }

  #isGivenUp(state: ChatState): boolean {
    return this.#deps.isScript && state.link.at === 'away' && !this.#deps.isStarting()
  }

  #until(holds: (state: ChatState) => boolean): Promise<void> {
    const { store } = this.#deps
    return new Promise((resolve) => {
      const check = (): boolean => {
        if (!holds(store.state)) return false
        unsubscribe()
        resolve()
        return true
      }
      const unsubscribe = store.subscribe(check)
      check()
    })
  }

  #fail(code: PlainExit, text: string): void {
    this.#worst = worse(this.#worst, code)
    this.#deps.note(noticeLine(text))
  }

  #failure(): string {
    const { talk } = shownView(this.#deps.store.state)
    return pendingItems(talk).findLast(({ state }) => state === 'failed')?.reason ?? 'refused'
  }

  #update(): void {
    this.#noteLink(this.#deps.store.state)
    this.#printer.update()
  }

  #noteLink(state: ChatState): void {
    const { link } = state
    if (link.at === this.#link || link.at === 'connecting') return
    const wasAway = this.#link === 'away'
    this.#link = link.at
    if (link.at === 'away' && !this.#deps.isStarting())
      this.#deps.note(noticeLine(`the daemon is away: ${link.reason}; ${link.hint}`))
    if (link.at === 'ready' && wasAway) this.#deps.note(noticeLine('the daemon answers'))
  }
}

/** Lines found that the line mode prints. */
const MAX_PRINTED_RESULTS = 50

function hasPending(state: ChatState, pending: 'unsure' | 'unknown'): boolean {
  return pendingItems(shownView(state).talk).some((item) => item.state === pending)
}

function worse(a: PlainExit, b: PlainExit): PlainExit {
  return a > b ? a : b
}

function shortened(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 40)}...`
}
