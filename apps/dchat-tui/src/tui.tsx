/** The screen mode: wires store, session, keys and screen, and takes them down again. */
import { dchatPaths } from '@dchat/rpc'
import { SystemClock, SystemRandom } from '@dchat/system'
import type { Clock } from '@dchat/system'
import { Companions } from './app/companions.ts'
import { Controller } from './app/controller.ts'
import { App } from './components/App.tsx'
import { connector, farewell } from './connect.ts'
import { starterFor } from './daemon/make-starter.ts'
import type { Flags } from './flags.ts'
import { HistoryFile } from './input/history-file.ts'
import { keyMapWith } from './input/key-map.ts'
import type { InputEvent } from './input/key-sequences.ts'
import { toKeyActions } from './input/keys.ts'
import { EMPTY_RECALL } from './input/recall.ts'
import { watchProcess } from './process-watch.ts'
import type { Ending } from './process-watch.ts'
import { Screen } from './screen.tsx'
import { ChatSession } from './session/chat-session.ts'
import { NewsPacer } from './session/news-pacer.ts'
import type { OwnSettings } from './settings/load-settings.ts'
import { initialState } from './state/reducer.ts'
import { SHARED_ROOM } from './state/rooms.ts'
import { Store } from './state/store.ts'
import { ScreenStream } from './terminal/screen-stream.ts'
import { RowCache } from './view/talk.ts'
import { glyphsFor } from './view/theme.ts'

/** Runs until the user leaves; resolves with the exit code. The terminal is as it was then, whatever happened. */
export async function runTui(flags: Flags, own: OwnSettings): Promise<number> {
  const clock = new SystemClock()
  const stream = new ScreenStream(process.stdout)
  const { promise: ended, resolve: end } = Promise.withResolvers<Ending>()
  const store = startStore(own, stream, clock)
  const tell = (text: string, level: 'info' | 'error'): void => store.dispatch({ type: 'notice', level, text, at: clock.nowMs() })
  const chat = chatOn({ flags, own, clock, stream, store, end, tell })
  const { session, companions, pacer, connect } = chat
  const screen = new Screen({ store, stream, clock, altScreen: flags.altScreen, end, onEvents: (events) => onEvents(events) })
  const context = { glyphs: glyphsFor(process.env), cache: new RowCache() }
  const history = new HistoryFile(dchatPaths(flags.home === undefined ? {} : { home: flags.home }).inputHistoryPath)
  const controller = new Controller({
    store,
    session,
    settings: own.keeper,
    context,
    history,
    clock,
    factsChanged: () => companions.factsChanged(),
    frames: screen.frames,
    quit: () => end({ code: 0 }),
    redraw: () => screen.redraw(),
    signal: (sequence) => void stream.write(sequence),
    suspend: () => screen.suspend(),
    editText: (text) => screen.editText(text),
  })
  const keyMap = keyMapWith(own.keeper.settings.keys)
  const onEvents = (events: readonly InputEvent[]): void => {
    for (const event of events) if (event.type === 'focus') store.dispatch({ type: 'focused', isFocused: event.isFocused })
    controller.handle(toKeyActions(events, keyMap))
  }
  const remember = (): void => {
    const fault = own.keeper.trySet('start_daemon', 'yes')
    if (fault !== null) tell(fault, 'error')
  }
  const ask: Controller['ask'] = (question) => controller.ask(question)
  const starter = starterFor(flags, { store, session, clock, connect, ask, tell, remember })

  const releaseProcess = watchProcess({ stream, loan: screen.loan, editor: screen.editor, end })
  screen.start(<App store={store} context={context} clock={clock} env={process.env} />)
  loadHistory(store, history, clock.nowMs())
  companions.start()
  starter?.start()
  session.start()

  const ending = await ended
  screen.stop()
  starter?.stop()
  await companions.stop()
  await session.stop()
  pacer.stop()
  screen.leave(farewell(flags, store.state.wasReady || starter?.hasStarted === true))
  releaseProcess()
  if (ending.error !== undefined) process.stderr.write(`dchat-tui: ${errorText(ending.error)}\n`)
  process.stdin.unref()
  return ending.code
}

/** The state at start; what is set later changes it at once, and what was wrong with the files is said. */
function startStore(own: OwnSettings, stream: ScreenStream, clock: Clock): Store {
  const store = new Store(
    initialState({
      room: SHARED_ROOM,
      screen: { columns: stream.columns, rows: stream.rows },
      nowMs: clock.nowMs(),
      recall: EMPTY_RECALL,
      settings: own.keeper.settings,
      isFirstRun: !own.data.isFirstRunSeen,
    }),
  )
  own.keeper.onChange = (change) => store.dispatch({ type: 'settings', settings: { ...store.state.settings, ...change } })
  for (const text of own.warnings) store.dispatch({ type: 'notice', level: 'error', text, at: clock.nowMs() })
  return store
}

interface ChatPlace {
  readonly flags: Flags
  readonly own: OwnSettings
  readonly clock: Clock
  readonly stream: ScreenStream
  readonly store: Store
  readonly end: (ending: Ending) => void
  readonly tell: (text: string, level: 'info' | 'error') => void
}

/** The session, whose news come to the store at the pace of the screen, and what follows both. */
function chatOn({ flags, own, clock, stream, store, end, tell }: ChatPlace) {
  const onFailure = (error: unknown): void => end({ code: 1, error })
  const pacer = new NewsPacer({
    clock,
    apply: (actions) => {
      const before = store.state
      store.dispatchAll(actions)
      companions.heard(actions, before)
    },
  })
  const connect = connector(flags, clock)
  const session = new ChatSession(
    { onFailure },
    { connect, clock, random: new SystemRandom(), dispatch: pacer.dispatch, state: () => store.state },
  )
  const companions = new Companions({
    store,
    session,
    clock,
    stream,
    own: own.file,
    env: process.env,
    tellError: (text) => tell(text, 'error'),
    onFailure,
  })
  return { session, companions, pacer, connect }
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

function errorText(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
