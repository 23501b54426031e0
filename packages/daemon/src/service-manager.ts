/**
 * Tells systemd what the daemon is at (sd_notify(3)), where systemd started it. Node cannot open the socket, which is one of
 * datagrams, so the program `systemd-notify` does: the unit needs `NotifyAccess=all`.
 */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Clock, Logger, Timer } from '@dchat/system'

export interface ServiceManagerOptions {
  /** NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID are those of systemd. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
  readonly log: Logger
  /** One line for `systemctl status`. */
  readonly status: () => string
  /** Whether the daemon does its work. While it does not, the watchdog of the unit is let run out. */
  readonly isHealthy: () => boolean
}

/** systemd answers at once; it waits itself this long for what it was told to be taken. */
const TELL_TIMEOUT_MS = 5_000

const run = promisify(execFile)

export class ServiceManager {
  readonly #options: ServiceManagerOptions
  /** One message after the other: a later one must not overtake. Never rejects. */
  #telling: Promise<void> = Promise.resolve()
  #watchdog: Timer | undefined
  #hasFailed = false

  constructor(options: ServiceManagerOptions) {
    this.#options = options
  }

  /** The daemon does its work: after its start, and after a reload. Keeps the unit's watchdog content from then on. */
  ready(): Promise<void> {
    if (this.#watchdog === undefined) this.#watch()
    return this.#tell('READY=1', this.#status())
  }

  reloading(): Promise<void> {
    return this.#tell('RELOADING=1', `MONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`)
  }

  stopping(): Promise<void> {
    this.#watchdog?.cancel()
    return this.#tell('STOPPING=1', 'STATUS=Stopping')
  }

  #status(): string {
    return `STATUS=${this.#options.status()}`
  }

  #watch(): void {
    const { env, clock } = this.#options
    const everyMs = watchdogMs(env) / 2
    if (!(everyMs > 0)) return
    this.#watchdog = clock.setTimer(everyMs, () => void this.#keepAlive().then(() => this.#watch()), { background: true })
  }

  async #keepAlive(): Promise<void> {
    const { isHealthy, log } = this.#options
    if (isHealthy()) await this.#tell('WATCHDOG=1', this.#status())
    else log.error('Not healthy, so that the watchdog of the service is not told otherwise')
  }

  #tell(...assignments: readonly string[]): Promise<void> {
    if (this.#options.env['NOTIFY_SOCKET'] === undefined) return Promise.resolve()
    this.#telling = this.#telling.then(() => this.#run(assignments))
    return this.#telling
  }

  async #run(assignments: readonly string[]): Promise<void> {
    const { env, log } = this.#options
    try {
      await run('systemd-notify', [...assignments], { env: { ...env }, timeout: TELL_TIMEOUT_MS })
    } catch (error) {
      if (!this.#hasFailed) log.warn('systemd-notify failed: a unit of Type=notify waits for it in vain', { error })
      this.#hasFailed = true
    }
  }
}

/** The time within which systemd wants to hear of this process; 0 when it does not. */
function watchdogMs(env: ServiceManagerOptions['env']): number {
  const isOurs = env['WATCHDOG_PID'] === undefined || env['WATCHDOG_PID'] === String(process.pid)
  return isOurs ? Number(env['WATCHDOG_USEC'] ?? 0) / 1000 : 0
}
