/** Starts the line mode on the process's own streams. */
import { SystemClock, SystemRandom, sanitizeText } from '@dchat/system'
import { ImpostorWatch } from '../app/impostor-watch.ts'
import { ReadMarkers } from '../app/read-markers.ts'
import { FactsKeeper } from '../app/room-facts.ts'
import { connector, farewell, startCommand } from '../connect.ts'
import { starterFor } from '../daemon/make-starter.ts'
import type { Flags } from '../flags.ts'
import type { OwnSettings } from '../settings/load-settings.ts'
import { EMPTY_RECALL } from '../input/recall.ts'
import { ChatSession } from '../session/chat-session.ts'
import { initialState } from '../state/reducer.ts'
import type { SessionAction } from '../state/model.ts'
import { SHARED_ROOM } from '../state/rooms.ts'
import { Store } from '../state/store.ts'
import { PlainMode } from './plain-mode.ts'

/** Runs until the input ends; resolves with the exit code. */
export async function runPlain(flags: Flags, own: OwnSettings): Promise<number> {
  const clock = new SystemClock()
  const recall = EMPTY_RECALL
  const { settings } = own.keeper
  const screen = { columns: 80, rows: 24 }
  const store = new Store(initialState({ room: SHARED_ROOM, screen, nowMs: clock.nowMs(), recall, settings }))
  own.keeper.onChange = (change) => store.dispatch({ type: 'settings', settings: { ...store.state.settings, ...change } })
  const { promise: broken, resolve: breakOff } = Promise.withResolvers<number>()
  const onFailure = (error: unknown): void => {
    process.stderr.write(`dchat-tui: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    breakOff(1)
  }
  const dispatch = (action: SessionAction): void => {
    store.dispatch(action)
    mode.heard(action)
    if (action.type === 'live') for (const message of action.messages) if (!message.own) impostors.see(message.author)
  }
  const connect = connector(flags, clock)
  const deps = { connect, clock, random: new SystemRandom(), dispatch, state: () => store.state }
  const session = new ChatSession({ onFailure }, deps)
  process.stdout.on('error', () => breakOff(0))
  process.on('SIGTERM', () => breakOff(143))
  process.on('SIGHUP', () => breakOff(129))
  process.on('SIGINT', () => breakOff(130))
  for (const warning of own.warnings) process.stderr.write(`dchat-tui: ${sanitizeText(warning)}\n`)
  const isTerminal = process.stdin.isTTY && process.stdout.isTTY
  const mode = new PlainMode({
    store,
    session,
    settings: own.keeper,
    print: (text) => process.stdout.write(`${text}\n`),
    note: (text) => (isTerminal ? process.stdout : process.stderr).write(`${text}\n`),
    now: () => clock.nowMs(),
    input: process.stdin,
    isScript: !process.stdin.isTTY,
    factsChanged: () => facts.refresh(),
    isStarting: () => starter?.isStarting === true,
    howToStart: startCommand(flags),
  })
  const facts = new FactsKeeper({ store, session })
  const impostors = new ImpostorWatch({ store, session, clock })
  // A script reads nothing: what it prints stays unread.
  const markers = isTerminal ? new ReadMarkers({ store, session, clock }) : null
  const starter = starterFor(flags, {
    store,
    session,
    clock,
    connect,
    ask: (question) => mode.askFirst(question),
    tell: (text) => mode.tell(text),
    remember: () => {
      const fault = own.keeper.trySet('start_daemon', 'yes')
      if (fault !== null) mode.tell(fault)
    },
  })
  for (const watcher of [markers, facts, impostors, starter]) watcher?.start()
  session.start()
  const code = await Promise.race([mode.run(), broken])
  facts.stop()
  impostors.stop()
  starter?.stop()
  await markers?.stop()
  await session.stop()
  if (isTerminal) process.stdout.write(`${farewell(flags, store.state.wasReady || starter?.hasStarted === true)}\n`)
  process.stdin.destroy()
  return code
}
