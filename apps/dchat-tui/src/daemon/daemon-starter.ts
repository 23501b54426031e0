/** Starts dchatd where none runs, if the user wants that: asks once, and again when a new link is asked for. */
import type { Unsubscribe } from '@dchat/system'
import type { Question } from '../commands/command-context.ts'
import type { ChatSession } from '../session/chat-session.ts'
import type { ChatState } from '../state/model.ts'
import type { Store } from '../state/store.ts'
import type { ProgramCommand } from './find-dchatd.ts'
import type { StartOutcome } from './start-dchatd.ts'

export interface DaemonStarterDeps {
  readonly store: Store
  readonly session: Pick<ChatSession, 'retryNow'>
  readonly ask: (question: Question) => void
  /** Says something that is no answer to a command. */
  readonly tell: (text: string, level: 'info' | 'error') => void
  /** The dchatd there is to be started; null when there is none. */
  readonly program: () => ProgramCommand | null
  readonly begin: (program: ProgramCommand) => Promise<StartOutcome>
  /** From now on without a question. */
  readonly remember: () => void
  readonly configFile: string
  readonly logFile: string
}

export class DaemonStarter {
  readonly #deps: DaemonStarterDeps
  #unsubscribe: Unsubscribe | undefined
  #link: ChatState['link']
  #isStarting = false
  /** It runs, and the link has not been tried since. */
  #isUntried = false
  #hasStarted = false

  constructor(deps: DaemonStarterDeps) {
    this.#deps = deps
    this.#link = deps.store.state.link
  }

  start(): void {
    this.#unsubscribe = this.#deps.store.subscribe(() => this.#look())
  }

  /** Idempotent. A dchatd that is coming up goes on. */
  stop(): void {
    this.#unsubscribe?.()
    this.#unsubscribe = undefined
  }

  /** Whether dchatd was started and is awaited: until the link to it was tried, or it is known not to come up. */
  get isStarting(): boolean {
    return this.#isStarting || this.#isUntried
  }

  /** Whether a dchatd runs that was started here. */
  get hasStarted(): boolean {
    return this.#hasStarted
  }

  /** A link that was lost is no reason: somebody may have stopped dchatd. */
  #look(): void {
    const before = this.#link
    const { link, settings } = this.#deps.store.state
    if (link === before) return
    this.#link = link
    this.#isUntried = false
    if (before.at !== 'connecting' || link.at !== 'away' || link.isMissing !== true || this.#isStarting) return
    const program = settings.startDaemon === 'no' ? null : this.#deps.program()
    if (program === null) return
    if (settings.startDaemon === 'yes') void this.#begin(program)
    else {
      const always = (): void => this.#deps.remember()
      this.#deps.ask({ text: 'No dchatd runs here. Start it?', yes: () => this.#begin(program), always })
    }
  }

  async #begin(program: ProgramCommand): Promise<void> {
    const { begin, tell, session, configFile, logFile } = this.#deps
    this.#isStarting = true
    tell('starting dchatd', 'info')
    const outcome = await begin(program)
    this.#isStarting = false
    this.#isUntried = outcome.kind !== 'failed'
    session.retryNow()
    if (outcome.kind === 'failed') {
      tell([`dchatd did not start: ${outcome.reason}. Its last words, in ${logFile}:`, ...outcome.lastWords].join('\n'), 'error')
      return
    }
    this.#hasStarted = true
    const state = outcome.kind === 'started' ? 'runs' : 'was started, and does not answer yet'
    tell(`dchatd ${state}, with ${configFile}; it goes on when you leave`, 'info')
  }
}
