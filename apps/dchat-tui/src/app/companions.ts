/** What follows the state beside the keys: read markers, news, notifications, the title. Begun and ended together. */
import type { Clock } from '@dchat/system'
import type { ChatSession } from '../session/chat-session.ts'
import type { OwnFile } from '../settings/own-file.ts'
import type { SessionAction } from '../state/model.ts'
import type { ChatState } from '../state/model.ts'
import type { Store } from '../state/store.ts'
import type { ScreenStream } from '../terminal/screen-stream.ts'
import { paneColumns } from '../view/panes.ts'
import { FirstRun } from './first-run.ts'
import { HearingKeeper } from './hearing-keeper.ts'
import { IgnoreFile } from './ignore-file.ts'
import { ImpostorWatch } from './impostor-watch.ts'
import { NetWatch } from './net-watch.ts'
import { Notifier } from './notifier.ts'
import { NotifyCommand } from './notify-command.ts'
import { OldDaemonNotice } from './old-daemon-notice.ts'
import { PeersKeeper } from './peers-keeper.ts'
import { ReadMarkers } from './read-markers.ts'
import { FactsKeeper } from './room-facts.ts'
import { StatusNews } from './status-news.ts'
import { TitleKeeper } from './title-keeper.ts'
import { WarningNotice } from './warning-notice.ts'

export interface CompanionsDeps {
  readonly store: Store
  readonly session: ChatSession
  readonly clock: Clock
  readonly own: OwnFile
  readonly stream: Pick<ScreenStream, 'beside' | 'setTitle'>
  readonly env: NodeJS.ProcessEnv
  /** Prints an error into the room that is shown. */
  readonly tellError: (text: string) => void
  /** Told of a bug. */
  readonly onFailure: (error: unknown) => void
}

interface Companion {
  start(): void | Promise<void>
  stop(): void | Promise<void>
}

export class Companions {
  readonly #all: readonly Companion[]
  readonly #notifier: Notifier
  readonly #facts: FactsKeeper

  constructor(deps: CompanionsDeps) {
    const { store, clock } = deps
    this.#facts = new FactsKeeper(deps)
    const [notifier, ...notifying] = notifyingOf(deps)
    this.#notifier = notifier
    this.#all = [
      new ReadMarkers(deps),
      new HearingKeeper(deps),
      this.#facts,
      new ImpostorWatch(deps),
      new NetWatch(deps),
      new PeersKeeper({ ...deps, isShown: () => paneColumns(store.state, store.state.screen.columns).right > 0 }),
      new StatusNews({ store, clock }),
      new OldDaemonNotice({ store, clock }),
      new WarningNotice({ store, clock }),
      notifier,
      ...notifying,
      ...rememberingOf(deps),
    ]
  }

  start(): void {
    for (const companion of this.#all) void companion.start()
  }

  /** Waits for what is to be told to the daemon or written. */
  async stop(): Promise<void> {
    await Promise.all(this.#all.map(async (companion) => await companion.stop()))
  }

  /** News came: some of it may be worth a notification. */
  heard(actions: readonly SessionAction[], before: ChatState): void {
    this.#notifier.heard(actions, before)
  }

  /** Somebody was verified, or no longer. */
  factsChanged(): void {
    this.#facts.refresh()
  }
}

/** The console knows no titles and no notifications. */
function notifyingOf({ store, clock, stream, env, tellError }: CompanionsDeps): [Notifier, ...Companion[]] {
  const isBare = env['TERM'] === 'linux'
  const command = new NotifyCommand({ clock, env, onFailure: (reason) => tellError(`notifications: ${reason}`) })
  const notifier = new Notifier({ store, clock, write: (data) => stream.beside(data), run: command.run, hasOsc: !isBare })
  const title = new TitleKeeper({ store, clock, setTitle: (text) => isBare || stream.setTitle(text) })
  return [notifier, title, { start: () => {}, stop: () => command.stop() }]
}

/** What writes the program's own file. */
function rememberingOf({ store, own, tellError }: CompanionsDeps): Companion[] {
  return [
    new FirstRun({
      store,
      own,
      onFailure: (reason) => tellError(`that you saw the first lines is not remembered: ${reason}`),
    }),
    new IgnoreFile({ store, own, onFailure: (reason) => tellError(`what you ignore is not kept: ${reason}`) }),
  ]
}
