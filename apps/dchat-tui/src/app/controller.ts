/** Turns keys into changes of the state and calls to the session. Knows no terminal: tests drive it with key actions. */
import { runCommand } from '../commands/run-command.ts'
import type { CommandContext, Question, SettingsControl } from '../commands/command-context.ts'
import { parseLine } from '../commands/parse-line.ts'
import type { ActionName } from '../input/action-table.ts'
import { isEdit } from '../input/editor.ts'
import type { EditCommand } from '../input/editor.ts'
import type { HistoryStore } from '../input/history-file.ts'
import type { KeyAction } from '../input/keys.ts'
import { QUIT_ARMED_MS } from '../limits.ts'
import type { ChatSession } from '../session/chat-session.ts'
import { overlayKey } from '../overlays/index.ts'
import type { Destination } from '../state/switcher.ts'
import type { RoomMove } from '../state/rooms.ts'
import type { Store } from '../state/store.ts'
import { overlaySize } from '../view/screen.ts'
import type { ScreenContext } from '../view/screen.ts'
import type { Clock, Timer } from '@dchat/system'
import type { EditOutcome } from '../terminal/external-editor.ts'
import { copied } from './copied.ts'
import type { FrameFigures } from './frame-meter.ts'
import { InputLine } from './input-line.ts'
import { Jumps } from './jumps.ts'
import { LineKeeper } from './line-keeper.ts'
import { Panes } from './panes.ts'
import { LineViews } from './line-views.ts'
import { Questions } from './questions.ts'
import { ROOM_MOVES, RoomSwitcher, isRoomAction } from './room-switcher.ts'
import type { RoomAction } from './room-switcher.ts'
import { Scroller } from './scroller.ts'
import { Sender } from './sender.ts'
import { sharedCommands } from './shared-commands.ts'
import type { SharedCommands } from './shared-commands.ts'

export interface ControllerDeps {
  readonly store: Store
  readonly session: Pick<
    ChatSession,
    | 'call'
    | 'callRaw'
    | 'send'
    | 'isReady'
    | 'reconnect'
    | 'retryNow'
    | 'loadOlder'
    | 'loadNewer'
    | 'loadNewest'
    | 'loadShown'
    | 'loadAround'
    | 'refreshRooms'
    | 'forget'
    | 'refreshNode'
  >
  readonly context: ScreenContext
  readonly history: HistoryStore
  readonly settings: SettingsControl
  readonly clock: Clock
  /** How long drawing took; null where nobody measures it. */
  readonly frames: () => FrameFigures | null
  /** Somebody was verified, or no longer. */
  readonly factsChanged: () => void
  readonly quit: () => void
  readonly redraw: () => void
  /** Sends the terminal a sequence that moves nothing on the screen. */
  readonly signal: (sequence: string) => void
  /** Stops the program as a job of the shell. */
  readonly suspend: () => void
  /** Opens a text in the editor of the user. */
  readonly editText: (text: string) => Promise<EditOutcome>
}

export class Controller {
  readonly #deps: ControllerDeps
  readonly #scroller: Scroller
  readonly #jumps: Jumps
  readonly #switcher: RoomSwitcher
  readonly #keeper: LineKeeper
  readonly #panes: Panes
  readonly #lines: LineViews
  readonly #sender: Sender
  readonly #input: InputLine
  readonly #questions = new Questions()
  readonly #commands: SharedCommands
  #disarming: Timer | null = null

  constructor(deps: ControllerDeps) {
    this.#deps = deps
    this.#scroller = new Scroller(deps)
    this.#jumps = new Jumps({ ...deps, scroller: this.#scroller })
    this.#switcher = new RoomSwitcher(deps)
    this.#commands = sharedCommands({ ...deps, switcher: this.#switcher, questions: this.#questions })
    this.#keeper = new LineKeeper(deps)
    this.#panes = new Panes(deps)
    const copy = (text: string): string | null => copied(text, deps)
    this.#lines = new LineViews({ ...deps, scroller: this.#scroller, ask: (question) => this.ask(question), copy })
    this.#input = new InputLine(deps)
    this.#sender = new Sender({
      ...deps,
      keeper: this.#keeper,
      questions: this.#questions,
      submit: () => this.#submit(),
      onSent: () => this.#scroller.toEnd(),
      refuse: (text) => this.#error(text),
    })
  }

  /** One key, or what came in one piece, in order. */
  handle(actions: readonly KeyAction[]): void {
    for (const action of actions) this.#handleOne(action)
  }

  #handleOne(action: KeyAction): void {
    if (this.#isTakenByOverlay(action)) return
    const { store } = this.#deps
    switch (action.type) {
      case 'insert':
        if (action.text === '?' && store.state.editor.text === '')
          store.dispatch({ type: 'overlay', overlay: { kind: 'help', top: 0 } })
        else this.#input.insert(action.text)
        return
      case 'paste':
        this.#input.paste(action.text, action.isCut)
        return
      case 'wheel':
        this.#scroller.few(action.by)
        return
      case 'action':
        this.#act(action.name)
    }
  }

  #isTakenByOverlay(action: KeyAction): boolean {
    const { store, context } = this.#deps
    if (store.state.overlay === null) return false
    const verdict = overlayKey(store.state, overlaySize(store.state, context), action)
    if (verdict === undefined) return false
    for (const change of verdict.changes) store.dispatch(change)
    if (verdict.submits === true) this.#submit()
    if (verdict.request !== undefined) this.#lines.perform(verdict.request)
    if (verdict.answer === 'yes' || verdict.answer === 'always') void this.#questions.sayYes(verdict.answer === 'always')
    if (verdict.answer === 'no') this.#questions.sayNo()
    if (verdict.goesTo !== undefined) this.#goTo(verdict.goesTo)
    return verdict.isTaken
  }

  #act(name: ActionName): void {
    if (isRoomAction(name)) this.#move(ROOM_MOVES[name])
    else if (isEdit(name)) this.#input.edit(name)
    else this.#actions[name]()
  }

  /** What actions do that neither edit the input nor go to a room. */
  readonly #actions: Readonly<Record<Exclude<ActionName, EditCommand | RoomAction>, () => void>> = {
    submit: () => this.#input.takeMarked() || this.#submit(),
    newline: () => this.#input.insert('\n'),
    'input-up': () => this.#input.upOrDown(-1),
    'input-down': () => this.#input.upOrDown(1),
    'history-older': () => this.#input.recall(-1, null),
    'history-newer': () => this.#input.recall(1, null),
    'scroll-page-up': () => this.#scroller.page(-1),
    'scroll-page-down': () => this.#scroller.page(1),
    'scroll-up': () => this.#scroller.few(-1),
    'scroll-down': () => this.#scroller.few(1),
    'scroll-top': () => this.#scroller.toStart(),
    'scroll-bottom': () => this.#scroller.toEnd(),
    'pane-page-up': () => this.#pagePane(-1),
    'pane-page-down': () => this.#pagePane(1),
    'open-switcher': () => this.#deps.store.dispatch({ type: 'overlay', overlay: { kind: 'switcher', query: '', at: 0 } }),
    'toggle-rooms-pane': () => this.#panes.toggleRooms(),
    'toggle-peers-pane': () => this.#panes.togglePeers(),
    'to-unread': () => void this.#jumped(this.#jumps.toNews()),
    'mention-previous': () => void this.#jumped(this.#jumps.toMention(-1)),
    'mention-next': () => void this.#jumped(this.#jumps.toMention(1)),
    'select-up': () => void this.#lines.select(-1),
    'select-down': () => void this.#lines.select(1),
    find: () => this.#lines.openFind(),
    'bare-view': () => this.#deps.store.dispatch({ type: 'overlay', overlay: { kind: 'bare' } }),
    home: () => (this.#input.isEmpty ? this.#scroller.toStart() : this.#act('line-start')),
    end: () => (this.#input.isEmpty ? this.#scroller.toEnd() : this.#act('line-end')),
    interrupt: () => this.#interrupt(),
    'end-of-input': () => (this.#input.isEmpty ? this.#deps.quit() : this.#act('delete-right')),
    redraw: () => this.#deps.redraw(),
    suspend: () => this.#deps.suspend(),
    'edit-draft': () => void this.#editDraft(this.#deps.store.state.editor.text),
    'toggle-mouse': () => this.#toggleMouse(),
    complete: () => this.#input.complete(1),
    'complete-back': () => this.#input.complete(-1),
    cancel: () => this.#input.closePopup() || this.#cancel(),
    'open-network': () => this.#deps.store.dispatch({ type: 'overlay', overlay: { kind: 'net', top: 0 } }),
    'history-search': () => this.#input.searchHistory(),
  }

  #move(to: RoomMove): void {
    const refusal = this.#switcher.move(to)
    if (refusal !== null) this.#error(refusal)
  }

  /** What was said goes first, then the card of the first run. */
  #cancel(): void {
    const { store } = this.#deps
    if (store.state.hint === null) store.dispatch({ type: 'firstRunOver' })
    store.dispatch({ type: 'hint', hint: null })
  }

  #pagePane(direction: 1 | -1): void {
    if (!this.#panes.page(direction)) this.#scroller.page(direction)
  }

  #goTo(place: Destination): void {
    if (place.kind === 'room') this.#switcher.show(place.summary.room)
    else void runCommand({ name: 'query', argument: place.author.key }, this.#commandContext())
  }

  async #jumped(refusal: Promise<string | null>): Promise<void> {
    const why = await refusal
    if (why !== null) this.#error(why)
  }

  #interrupt(): void {
    const { store, clock, quit } = this.#deps
    if (store.state.isQuitArmed) {
      quit()
      return
    }
    if (!this.#input.isEmpty) this.#input.replace('')
    store.dispatch({ type: 'quitArmed' })
    this.#disarming?.cancel()
    this.#disarming = clock.setTimer(QUIT_ARMED_MS, () => store.dispatch({ type: 'quitDisarmed' }), { background: true })
  }

  #toggleMouse(): void {
    const { store } = this.#deps
    const { settings } = store.state
    const mouse = !settings.mouse
    store.dispatch({ type: 'settings', settings: { ...settings, mouse } })
    const text = mouse ? 'the wheel scrolls now; with Shift the mouse selects text' : 'the mouse selects text again'
    store.dispatch({ type: 'hint', hint: { level: 'info', text } })
  }

  async #editDraft(text: string): Promise<void> {
    const outcome = await this.#deps.editText(text)
    if (outcome.kind === 'written') this.#input.replace(outcome.text)
    else this.#error(`${outcome.reason}: the draft is as it was`)
  }

  #submit(): void {
    const { store, session } = this.#deps
    const parsed = parseLine(store.state.editor.text)
    if (parsed.kind !== 'command' || parsed.name !== 'yes') this.#questions.sayNo()
    switch (parsed.kind) {
      case 'empty':
        session.retryNow()
        return
      case 'error':
        this.#error(parsed.message)
        return
      case 'text':
        this.#sender.send(parsed.text, 'text')
        return
      case 'command':
        if (parsed.name === 'me') this.#sender.send(parsed.argument, 'action')
        else this.#run({ name: parsed.name, argument: parsed.argument })
    }
  }

  #run(command: Parameters<typeof runCommand>[0]): void {
    this.#keeper.take()
    void runCommand(command, this.#commandContext())
    if (!KEEPS_PLACE.has(command.name) || (command.name === 'help' && command.argument !== '')) this.#scroller.toEnd()
  }

  #commandContext(): CommandContext {
    const { store, clock, quit } = this.#deps
    return {
      ...this.#commands,
      print: (text, level = 'info') => store.dispatch({ type: 'notice', level, text, at: clock.nowMs() }),
      ask: (question) => this.ask(question),
      copy: (text) => copied(text, this.#deps),
      showResults: (query, room) => this.#lines.openResults(query, room),
      help: () => store.dispatch({ type: 'overlay', overlay: { kind: 'help', top: 0 } }),
      showNetwork: () => this.#act('open-network'),
      frames: this.#deps.frames,
      now: () => clock.nowMs(),
      clear: () => store.dispatch({ type: 'cleared' }),
      edit: (text) => void this.#editDraft(text),
      quit,
    }
  }

  /** Asks the user. A key that is typed into the input line must not be taken for an answer. */
  ask(question: Question): void {
    const { store, clock } = this.#deps
    this.#questions.ask(question)
    if (store.state.editor.text === '' && store.state.overlay === null)
      store.dispatch({
        type: 'overlay',
        overlay: { kind: 'ask', question: question.text, canRemember: question.always !== undefined },
      })
    else store.dispatch({ type: 'notice', level: 'info', text: `${question.text} /yes does it`, at: clock.nowMs() })
  }

  #error(text: string): void {
    this.#deps.store.dispatch({ type: 'hint', hint: { level: 'error', text } })
  }
}

/** Commands that print nothing into the room that is shown. */
const KEEPS_PLACE: ReadonlySet<string> = new Set(['clear', 'help', 'net', 'buffer', 'join', 'leave', 'query', 'search'])
