/** The terminal of the screen mode: draws, reads keys, and lends the terminal to the shell and to an editor. */
import type { Clock } from '@dchat/system'
import { render } from 'ink'
import type { Instance } from 'ink'
import type { ReactElement } from 'react'
import { FrameMeter } from './app/frame-meter.ts'
import type { InputEvent } from './input/key-sequences.ts'
import type { Ending } from './process-watch.ts'
import type { Store } from './state/store.ts'
import { ExternalEditor } from './terminal/external-editor.ts'
import type { EditOutcome } from './terminal/external-editor.ts'
import type { ScreenStream } from './terminal/screen-stream.ts'
import { TerminalInput } from './terminal/terminal-input.ts'
import { TerminalLoan } from './terminal/terminal-loan.ts'

export interface ScreenDeps {
  readonly store: Store
  readonly stream: ScreenStream
  readonly clock: Clock
  readonly altScreen: boolean
  readonly onEvents: (events: readonly InputEvent[]) => void
  readonly end: (ending: Ending) => void
}

export class Screen {
  readonly #deps: ScreenDeps
  readonly #input: TerminalInput
  readonly #meter = new FrameMeter()
  readonly editor: ExternalEditor = new ExternalEditor(process.env)
  readonly loan: TerminalLoan
  #app: ReactElement | undefined
  #instance: Instance | undefined
  #unsubscribe: () => void = () => {}

  constructor(deps: ScreenDeps) {
    this.#deps = deps
    const { stream, clock, onEvents } = deps
    this.#input = new TerminalInput({ stdin: process.stdin, write: stream.write, clock, onEvents })
    this.loan = new TerminalLoan({
      stream,
      input: this.#input,
      clock,
      write: (data) => process.stdout.write(data),
      redraw: () => {
        this.redraw()
        // The window may have another size now: only those in the foreground were told.
        process.kill(process.pid, 'SIGWINCH')
      },
      stopJob: () => process.kill(0, 'SIGTSTP'),
      staysInSight: !deps.altScreen,
    })
  }

  /** How long drawing took. */
  readonly frames = this.#meter.figures

  /** Draws `app` from now on, and reads keys. */
  start(app: ReactElement): void {
    const { stream, clock, altScreen, store, end } = this.#deps
    this.#app = app
    stream.begin()
    this.#instance = render(app, {
      stdout: stream as unknown as NodeJS.WriteStream,
      exitOnCtrlC: false,
      interactive: true,
      alternateScreen: altScreen,
      incrementalRendering: true,
      maxFps: 60,
      onRender: ({ renderTime }) => this.#meter.note(renderTime, clock.nowMs()),
    })
    this.#input.start()
    const showWheel = (): void => this.#input.setWheel(store.state.settings.mouse)
    showWheel()
    this.#unsubscribe = store.subscribe(showWheel)
    // The signal, not the stream's event: a window that was resized and is back at once needs drawing too, and has no event.
    process.on('SIGWINCH', this.#onResize)
    this.#instance.waitUntilExit().then(
      () => end({ code: 0 }),
      (error: unknown) => end({ code: 1, error }),
    )
  }

  /** Draws all anew, at the size the terminal has now. */
  redraw(): void {
    this.#onResize()
    if (this.#app !== undefined) this.#instance?.rerender(this.#app)
  }

  suspend(): void {
    void this.loan.suspend()
  }

  /** Opens `text` in the editor of the user. */
  editText(text: string): Promise<EditOutcome> {
    return this.loan.during(() => this.editor.edit(text))
  }

  /** No key and no size is heard any more; the last frame stays. */
  stop(): void {
    process.off('SIGWINCH', this.#onResize)
    this.#unsubscribe()
    this.loan.stop()
    this.editor.stop()
  }

  /** Gives the terminal back, with `words` as the last line. */
  leave(words: string): void {
    const { stream, altScreen } = this.#deps
    const below = altScreen ? '' : `\u001b[${stream.rows};1H\n`
    process.stdout.write(`${stream.restore()}${below}${words}\n`)
    this.#instance?.unmount()
    this.#input.pause()
  }

  readonly #onResize = (): void => {
    const { stream, store } = this.#deps
    stream.discardFrame(() => this.#instance?.clear())
    store.dispatch({ type: 'resized', screen: { columns: stream.columns, rows: stream.rows } })
  }
}
