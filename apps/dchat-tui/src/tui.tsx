/** The screen mode: wires store, session, controller and renderer, and takes them down again. */
import { writeSync } from 'node:fs'
import { dchatPaths } from '@dchat/rpc'
import { SystemClock, SystemRandom } from '@dchat/system'
import { render } from 'ink'
import { Controller } from './app/controller.ts'
import { FirstRun } from './app/first-run.ts'
import { HearingKeeper } from './app/hearing-keeper.ts'
import { IgnoreFile } from './app/ignore-file.ts'
import { ImpostorWatch } from './app/impostor-watch.ts'
import { OldDaemonNotice } from './app/old-daemon-notice.ts'
import { ReadMarkers } from './app/read-markers.ts'
import { FrameMeter } from './app/frame-meter.ts'
import { NetWatch } from './app/net-watch.ts'
import { Notifier } from './app/notifier.ts'
import { NotifyCommand } from './app/notify-command.ts'
import { PeersKeeper } from './app/peers-keeper.ts'
import { FactsKeeper } from './app/room-facts.ts'
import { StatusNews } from './app/status-news.ts'
import { TitleKeeper } from './app/title-keeper.ts'
import { App } from './components/App.tsx'
import { connector, farewell } from './connect.ts'
import { starterFor } from './daemon/make-starter.ts'
import type { Flags } from './flags.ts'
import type { OwnSettings } from './settings/load-settings.ts'
import { HistoryFile } from './input/history-file.ts'
import { EMPTY_RECALL } from './input/recall.ts'
import { ChatSession } from './session/chat-session.ts'
import { NewsPacer } from './session/news-pacer.ts'
import { initialState } from './state/reducer.ts'
import { SHARED_ROOM } from './state/rooms.ts'
import { Store } from './state/store.ts'
import { keyMapWith } from './input/key-map.ts'
import type { InputEvent } from './input/key-sequences.ts'
import { toKeyActions } from './input/keys.ts'
import { ExternalEditor } from './terminal/external-editor.ts'
import { ScreenStream } from './terminal/screen-stream.ts'
import { TerminalInput } from './terminal/terminal-input.ts'
import { TerminalLoan } from './terminal/terminal-loan.ts'
import { paneColumns } from './view/panes.ts'
import { RowCache } from './view/talk.ts'
import { glyphsFor } from './view/theme.ts'

/** Exit codes of a program that ended by a signal: 128 and its number. */
const SIGNAL_CODES = { SIGTERM: 143, SIGHUP: 129, SIGINT: 130 } as const

interface Ending {
  readonly code: number
  readonly error?: unknown
}

/** Runs until the user leaves; resolves with the exit code. The terminal is as it was then, whatever happened. */
export async function runTui(flags: Flags, own: OwnSettings): Promise<number> {
  const clock = new SystemClock()
  const stream = new ScreenStream(process.stdout)
  const { promise: ended, resolve: end } = Promise.withResolvers<Ending>()
  const history = new HistoryFile(dchatPaths(flags.home === undefined ? {} : { home: flags.home }).inputHistoryPath)
  const screen = { columns: stream.columns, rows: stream.rows }
  const { settings } = own.keeper
  const keyMap = keyMapWith(settings.keys)
  const store = new Store(
    initialState({
      room: SHARED_ROOM,
      screen,
      nowMs: clock.nowMs(),
      recall: EMPTY_RECALL,
      settings,
      isFirstRun: !own.data.isFirstRunSeen,
    }),
  )
  followSettings(own, store, clock.nowMs())
  const tellError = (text: string): void => store.dispatch({ type: 'notice', level: 'error', text, at: clock.nowMs() })
  const firstRun = new FirstRun({
    store,
    own: own.file,
    onFailure: (reason) => tellError(`that you saw the first lines is not remembered: ${reason}`),
  })
  const isBare = process.env['TERM'] === 'linux'
  const command = new NotifyCommand({
    clock,
    env: process.env,
    onFailure: (reason) => tellError(`notifications: ${reason}`),
  })
  const notifier = new Notifier({ store, clock, write: (data) => stream.beside(data), run: command.run, hasOsc: !isBare })
  const title = new TitleKeeper({ store, clock, setTitle: (text) => isBare || stream.setTitle(text) })
  const pacer = new NewsPacer({
    clock,
    apply: (actions) => {
      const before = store.state
      store.dispatchAll(actions)
      notifier.heard(actions, before)
    },
  })
  const connect = connector(flags, clock)
  const session = new ChatSession(
    { onFailure: (error) => end({ code: 1, error }) },
    { connect, clock, random: new SystemRandom(), dispatch: pacer.dispatch, state: () => store.state },
  )
  const markers = new ReadMarkers({ store, session, clock })
  const hearing = new HearingKeeper({ store, session })
  const ignores = new IgnoreFile({
    store,
    own: own.file,
    onFailure: (reason) => tellError(`what you ignore is not kept: ${reason}`),
  })
  const facts = new FactsKeeper({ store, session })
  const peers = new PeersKeeper({
    store,
    session,
    clock,
    isShown: () => paneColumns(store.state, store.state.screen.columns).right > 0,
  })
  const news = new StatusNews({ store, clock })
  const old = new OldDaemonNotice({ store, clock })
  const impostors = new ImpostorWatch({ store, session, clock })
  const network = new NetWatch({ store, session, clock, onFailure: (error) => end({ code: 1, error }) })
  const meter = new FrameMeter()
  const context = { glyphs: glyphsFor(process.env), cache: new RowCache() }
  const redraw = (): void => {
    stream.discardFrame(() => instance.clear())
    store.dispatch({ type: 'resized', screen: { columns: stream.columns, rows: stream.rows } })
    instance.rerender(app)
  }
  const input = new TerminalInput({ stdin: process.stdin, write: stream.write, clock, onEvents: (events) => onEvents(events) })
  const loan = new TerminalLoan({
    stream,
    input,
    clock,
    write: (data) => process.stdout.write(data),
    redraw: () => {
      redraw()
      // The window may have another size now: only those in the foreground were told.
      process.kill(process.pid, 'SIGWINCH')
    },
    stopJob: () => process.kill(0, 'SIGTSTP'),
    staysInSight: !flags.altScreen,
  })
  const editor = new ExternalEditor(process.env)
  const controller = new Controller({
    store,
    session,
    settings: own.keeper,
    context,
    history,
    clock,
    factsChanged: () => facts.refresh(),
    frames: meter.figures,
    quit: () => end({ code: 0 }),
    redraw,
    signal: (sequence) => void stream.write(sequence),
    suspend: () => void loan.suspend(),
    editText: (text) => loan.during(() => editor.edit(text)),
  })
  const onEvents = (events: readonly InputEvent[]): void => {
    for (const event of events) if (event.type === 'focus') store.dispatch({ type: 'focused', isFocused: event.isFocused })
    controller.handle(toKeyActions(events, keyMap))
  }
  const starter = starterFor(flags, {
    store,
    session,
    clock,
    connect,
    ask: (question) => controller.ask(question),
    tell: (text, level) => store.dispatch({ type: 'notice', level, text, at: clock.nowMs() }),
    remember: () => {
      const fault = own.keeper.trySet('start_daemon', 'yes')
      if (fault !== null) store.dispatch({ type: 'notice', level: 'error', text: fault, at: clock.nowMs() })
    },
  })
  const app = <App store={store} context={context} clock={clock} env={process.env} />

  const releaseProcess = watchProcess({ stream, loan, editor, end })
  stream.begin()
  const instance = render(app, {
    stdout: stream as unknown as NodeJS.WriteStream,
    exitOnCtrlC: false,
    interactive: true,
    alternateScreen: flags.altScreen,
    incrementalRendering: true,
    maxFps: 60,
    onRender: ({ renderTime }) => meter.note(renderTime, clock.nowMs()),
  })
  input.start()
  const showWheel = (): void => input.setWheel(store.state.settings.mouse)
  showWheel()
  store.subscribe(showWheel)
  const onResize = (): void => {
    stream.discardFrame(() => instance.clear())
    store.dispatch({ type: 'resized', screen: { columns: stream.columns, rows: stream.rows } })
  }
  // The signal, not the stream's event: a window that was resized and is back at once needs drawing too, and has no event.
  process.on('SIGWINCH', onResize)
  instance.waitUntilExit().then(
    () => end({ code: 0 }),
    (error: unknown) => end({ code: 1, error }),
  )
  loadHistory(store, history, clock.nowMs())
  for (const watcher of [markers, hearing, facts, impostors, network, peers, news, notifier, title, firstRun, old, starter])
    watcher?.start()
  void ignores.start()
  session.start()

  const ending = await ended
  process.off('SIGWINCH', onResize)
  loan.stop()
  editor.stop()
  facts.stop()
  hearing.stop()
  ignores.stop()
  impostors.stop()
  network.stop()
  peers.stop()
  news.stop()
  old.stop()
  notifier.stop()
  title.stop()
  command.stop()
  firstRun.stop()
  starter?.stop()
  await markers.stop()
  await session.stop()
  pacer.stop()
  const below = flags.altScreen ? '' : `\u001b[${stream.rows};1H\n`
  process.stdout.write(`${stream.restore()}${below}${farewell(flags, store.state.wasReady || starter?.hasStarted === true)}\n`)
  instance.unmount()
  input.pause()
  releaseProcess()
  if (ending.error !== undefined) process.stderr.write(`dchat-tui: ${errorText(ending.error)}\n`)
  process.stdin.unref()
  return ending.code
}

/** Changes take effect at once; what was wrong with the files is said. */
function followSettings(own: OwnSettings, store: Store, nowMs: number): void {
  own.keeper.onChange = (change) => store.dispatch({ type: 'settings', settings: { ...store.state.settings, ...change } })
  for (const text of own.warnings) store.dispatch({ type: 'notice', level: 'error', text, at: nowMs })
}

function loadHistory(store: Store, history: HistoryFile, nowMs: number): void {
  try {
    store.dispatch({ type: 'recalled', recall: { ...EMPTY_RECALL, entries: history.load() }, editor: store.state.editor })
  } catch (error) {
    store.dispatch({
      type: 'notice',
      level: 'error',
      text: `input history cannot be read: ${(error as Error).message}`,
      at: nowMs,
    })
  }
}

/** Ends on signals, on a terminal that goes away, and on bugs; restores the terminal even when the process is made to exit. */
function watchProcess(watch: {
  stream: ScreenStream
  loan: TerminalLoan
  editor: ExternalEditor
  end: (ending: Ending) => void
}): () => void {
  const { stream, loan, editor, end } = watch
  const signals = Object.entries(SIGNAL_CODES).map(([signal, code]) => ({
    signal,
    // Ctrl+C in the editor of a draft is the editor's.
    onSignal: () => (signal === 'SIGINT' && loan.isLent ? undefined : end({ code })),
  }))
  const onContinued = (): void => void loan.continued()
  const onBug = (error: unknown): void => end({ code: 1, error })
  const onGone = (): void => end({ code: SIGNAL_CODES.SIGHUP })
  const onExit = (): void => {
    editor.stop()
    const sequence = stream.restore()
    if (sequence !== '') writeSync(process.stdout.fd, sequence)
  }
  for (const { signal, onSignal } of signals) process.on(signal, onSignal)
  process.on('SIGCONT', onContinued)
  process.on('uncaughtException', onBug)
  process.on('unhandledRejection', onBug)
  process.on('exit', onExit)
  process.stdout.on('error', onGone)
  process.stdin.on('end', onGone)
  return () => {
    for (const { signal, onSignal } of signals) process.off(signal, onSignal)
    process.off('SIGCONT', onContinued)
    process.off('uncaughtException', onBug)
    process.off('unhandledRejection', onBug)
    process.stdin.off('end', onGone)
  }
}

function errorText(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
