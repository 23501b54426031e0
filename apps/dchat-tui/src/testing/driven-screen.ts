/** A controller on a session that talks to a daemon, driven by actions, and what it would draw. */
import type { ActionName } from '../input/action-table.ts'
import { Controller } from '../app/controller.ts'
import type { ChatState } from '../state/model.ts'
import type { Store } from '../state/store.ts'
import { buildScreen } from '../view/screen.ts'
import { aContext } from './builders.ts'
import { stateWhere } from './eventually.ts'
import type { FakeDaemon } from './fake-daemon.ts'
import { keptSettings } from './kept-settings.ts'
import { LinkedSession } from './linked-session.ts'

export class DrivenScreen implements AsyncDisposable {
  readonly #link: LinkedSession
  readonly #context = aContext()
  readonly #controller: Controller
  /** What was sent to the terminal beside frames. */
  readonly signals: string[] = []

  constructor(daemon: FakeDaemon) {
    this.#link = new LinkedSession(daemon)
    const { store, session, clock } = this.#link
    this.#controller = new Controller({
      store,
      session,
      context: this.#context,
      history: { load: () => [], append: () => {} },
      clock,
      factsChanged: () => {},
      frames: () => null,
      settings: keptSettings().keeper,
      quit: () => {},
      redraw: () => {},
      signal: (sequence) => this.signals.push(sequence),
      suspend: () => {},
      editText: async () => ({ kind: 'failed', reason: 'there is no editor' }),
    })
  }

  /** The daemon runs, the link is up, and the newest page is there. */
  async start(size: { columns: number; rows: number }): Promise<this> {
    await this.#link.start()
    this.store.dispatch({ type: 'resized', screen: size })
    await this.where((state) => state.views.get(state.room)?.isLoaded === true)
    return this
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#link[Symbol.asyncDispose]()
  }

  get store(): Store {
    return this.#link.store
  }

  get state(): ChatState {
    return this.store.state
  }

  get overlay(): ChatState['overlay'] {
    return this.state.overlay
  }

  press(...names: ActionName[]): void {
    for (const name of names) this.#controller.handle([{ type: 'action', name }])
  }

  type(text: string): void {
    this.#controller.handle([{ type: 'insert', text }])
  }

  /** Types a line and sends it. */
  enter(text: string): void {
    this.type(text)
    this.press('submit')
  }

  where(holds: (state: ChatState) => boolean): Promise<ChatState> {
    return stateWhere(this.store, holds)
  }

  /** The rows over the input, as text. */
  get rows(): string[] {
    const { talk, hints } = buildScreen(this.state, this.#context)
    return [...talk.map((row) => row.spans.map((span) => span.text).join('')), ...hints.map((hint) => hint.text)]
  }

  /** The rows in which something is drawn in the style `match`. */
  get matches(): string[] {
    return buildScreen(this.state, this.#context).talk.flatMap((row) =>
      row.spans.filter((span) => span.style === 'match').map((span) => span.text),
    )
  }
}
