/** The life of a daemon's process: signals, a bounded stop, and the code it ends with. */
import { statSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import { ConfigError } from '@dchat/config'
import type { Clock, Logger, Timer } from '@dchat/system'
import { SystemClock } from '@dchat/system'
import { writeAdvisoryFile } from './advisory-file.ts'
import type { AdvisoryFile } from './advisory-file.ts'
import { ExitCode, exitCodeOf, FlagError } from './errors.ts'
import { explainFailure } from './explain-failure.ts'
import type { Explanation } from './explain-failure.ts'
import { ServiceManager } from './service-manager.ts'

/** What a running daemon may ask of its process. */
export interface DaemonControl {
  /** Stops as a signal would, and ends with 0. Does nothing when a stop is under way. */
  requestStop(reason: string): void
  /** Stops, and ends with the code of the error: for what breaks after `start` has resolved. */
  fail(error: unknown): void
}

export interface RunDaemonOptions {
  /** Acquires all the daemon needs and resolves when it runs. */
  start(control: DaemonControl): Promise<void>
  /** Gives it all back; also called while `start` still waits, which then has to settle, and after it has failed. */
  stop(): Promise<void>
  /**
   * Reads the configuration again, on SIGHUP: only while the daemon runs, one at a time; a SIGHUP that comes earlier or
   * meanwhile asks for one more after that. What it throws is logged, and the daemon goes on as it was. @default SIGHUP is ignored
   */
  reload?(): Promise<void>
  /** Opens the log file again, on every SIGHUP and before `reload`: for who moves log files away. @default nothing */
  reopenLog?(): void
  /** One line for who asks the service manager how the daemon is. @default 'Running' */
  status?(): string
  /** Whether the daemon does its work: while it does not, the watchdog of a service manager runs out. @default it always does */
  isHealthy?(): boolean
  readonly log: Logger
  /** What an error that ends the daemon is in the words of who can mend it. @default explainFailure */
  explain?(error: unknown): Explanation | undefined
  /** Hears, beside the log, of what ended the daemon: for a log that is not where the user looks. @default nobody */
  report?(explanation: Explanation): void
  /** Holds the process id while the daemon runs, from the end of `start` on. @default none */
  readonly pidFile?: string | undefined
  /** For what a service manager says. @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** How long `stop` may take before the process ends with 1. @default 10_000 */
  readonly stopTimeoutMs?: number
  /** The exit code for an error that only the program knows. @default exitCodeOf */
  readonly exitCodeOf?: (error: unknown) => ExitCode | undefined
  readonly clock?: Clock
}

/**
 * Runs a daemon until SIGINT, SIGTERM, `requestStop` or `fail`, then ends the process: 0 after a stop that was asked for,
 * else the code of the error. A SIGINT while stopping ends it at once with 130, a stop of over `stopTimeoutMs` with 1, and
 * so do an uncaught exception and an unhandled rejection. systemd is told of the start, of reloads and of the stop. SIGHUP calls `reopenLog` and `reload`; Node ignores SIGPIPE by itself.
 * To be called once a process.
 */
export function runDaemon(options: RunDaemonOptions): Promise<void> {
  return new DaemonProcess(options).run()
}

type State = 'starting' | 'running' | 'stopping'

class DaemonProcess {
  readonly #options: RunDaemonOptions
  readonly #log: Logger
  readonly #manager: ServiceManager
  #pidFile: AdvisoryFile | undefined
  #state: State = 'starting'
  #exitCode: ExitCode = ExitCode.ok
  #isReloadWanted = false
  #isReloading = false

  constructor(options: RunDaemonOptions) {
    this.#options = options
    this.#log = options.log
    this.#manager = new ServiceManager({
      env: options.env ?? process.env,
      clock: options.clock ?? new SystemClock(),
      log: options.log,
      status: () => options.status?.() ?? 'Running',
      isHealthy: () => options.isHealthy?.() ?? true,
    })
  }

  async run(): Promise<void> {
    this.#listen()
    const control: DaemonControl = {
      requestStop: (reason) => this.#beginStop(reason),
      fail: (error) => this.#fail('Daemon failed', error),
    }
    try {
      await this.#options.start(control)
      if (this.#state === 'starting') this.#run()
      void this.#reload()
    } catch (error) {
      if (this.#state === 'starting') this.#fail('Could not start', error)
      else this.#log.debug('Start was cut short by the stop', { error })
    }
  }

  #run(): void {
    this.#writePidFile()
    this.#state = 'running'
    void this.#manager.ready()
    // What Node does by itself when a process ends: one that is killed would leave the next start to compile everything.
    flushCompileCache()
  }

  /** @throws {FlagError} */
  #writePidFile(): void {
    const { pidFile } = this.#options
    if (pidFile === undefined) return
    // Written by renaming, which would put a file in the place of a device: the administrator's /dev/null, for one.
    if (isOtherThanFile(pidFile)) throw pidFileError(pidFile, 'it is no file')
    try {
      this.#pidFile = writeAdvisoryFile(pidFile, `${process.pid}\n`, READABLE_BY_ALL)
      process.on('exit', () => this.#pidFile?.remove())
    } catch (error) {
      throw pidFileError(pidFile, error instanceof Error ? error.message : String(error))
    }
  }

  #listen(): void {
    process.on('SIGINT', () => {
      if (this.#state === 'stopping') {
        this.#log.warn('Interrupted while stopping')
        process.exit(ExitCode.interrupted)
      }
      this.#beginStop('SIGINT')
    })
    process.on('SIGTERM', () => this.#beginStop('SIGTERM'))
    process.on('SIGHUP', () => {
      this.#options.reopenLog?.()
      this.#isReloadWanted = true
      void this.#reload()
    })
    process.on('uncaughtException', (error) => this.#crash('Uncaught exception', error))
    process.on('unhandledRejection', (error) => this.#crash('Unhandled rejection', error))
    // Nobody reading what is printed is no reason to end.
    for (const stream of [process.stdout, process.stderr]) {
      stream.on('error', (error) => this.#log.debug('Standard output is closed', { error }))
    }
  }

  /** Never rejects. */
  async #reload(): Promise<void> {
    if (this.#state !== 'running' || this.#isReloading) return
    this.#isReloading = true
    while (this.#isReloadWanted && this.#state === 'running') {
      this.#isReloadWanted = false
      await this.#reloadOnce()
    }
    this.#isReloading = false
  }

  async #reloadOnce(): Promise<void> {
    if (this.#options.reload === undefined) {
      this.#log.info('SIGHUP ignored: restart to read the configuration again')
      return
    }
    this.#log.info('Reading the configuration again')
    await this.#manager.reloading()
    try {
      await this.#options.reload()
    } catch (error) {
      const isOperators = error instanceof ConfigError || error instanceof FlagError
      const what = isOperators ? { reason: error.message } : { error }
      this.#log.error('Configuration cannot be used, everything stays as it was', what)
    }
    if (this.#state === 'running') await this.#manager.ready()
  }

  #crash(message: string, error: unknown): void {
    this.#log.error(message, { error })
    process.exit(ExitCode.failure)
  }

  #fail(message: string, error: unknown): void {
    const explained = this.#options.explain?.(error) ?? explainFailure(error)
    this.#log.error(message, explained === undefined ? { error } : { ...explained, ...causeCode(error) })
    if (this.#state === 'stopping') return
    if (explained !== undefined) this.#options.report?.(explained)
    this.#exitCode = this.#options.exitCodeOf?.(error) ?? exitCodeOf(error)
    this.#beginStop('failure')
  }

  #beginStop(reason: string): void {
    if (this.#state === 'stopping') return
    // What never ran has said why, and that is all there is to say.
    const level = this.#state === 'starting' && this.#exitCode !== ExitCode.ok ? 'debug' : 'info'
    this.#state = 'stopping'
    this.#log[level]('Stopping', { reason })
    const timer = this.#startDeadline()
    this.#stop(this.#manager.stopping()).then(
      () => {
        timer.cancel()
        this.#log[level]('Stopped')
        process.exit(this.#exitCode)
      },
      (error: unknown) => {
        this.#log.error('Could not stop cleanly', { error })
        process.exit(this.#exitCode === ExitCode.ok ? ExitCode.failure : this.#exitCode)
      },
    )
  }

  /** @param told settles when the service manager knows of the stop: a process that is gone tells nothing */
  async #stop(told: Promise<void>): Promise<void> {
    await this.#options.stop()
    await told
  }

  #startDeadline(): Timer {
    const timeoutMs = this.#options.stopTimeoutMs ?? STOP_TIMEOUT_MS
    return (this.#options.clock ?? new SystemClock()).setTimer(timeoutMs, () => {
      this.#log.error('Did not stop in time', { timeoutMs })
      process.exit(ExitCode.failure)
    })
  }
}

function isOtherThanFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() === false
  } catch {
    return false // What is wrong with the path is said when it is written.
  }
}

function pidFileError(path: string, why: string): FlagError {
  return new FlagError('FLAG_VALUE', { flag: '--pid-file', reason: `"${path}" cannot be written: ${why}`, hint: null })
}

/** A process id is no secret, and those who watch the daemon may be other users. */
const READABLE_BY_ALL = 0o644

/** The code, for programs that read the log. */
function causeCode(error: unknown): { code?: unknown } {
  return error instanceof Error && 'code' in error ? { code: error.code } : {}
}

/** Service managers send SIGKILL after 20 s or more; a user waits less. */
const STOP_TIMEOUT_MS = 10_000
