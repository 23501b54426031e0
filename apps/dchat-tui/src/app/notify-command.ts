/** Runs the command of the user that tells of a line: without a shell, few at once, for a short time. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import type { Clock, Timer } from '@dchat/system'
import { MAX_NOTIFY_COMMANDS, NOTIFY_COMMAND_MS } from '../limits.ts'

export interface NotifyCommandDeps {
  readonly clock: Clock
  readonly env: NodeJS.ProcessEnv
  /** Told once for each command: why it does not do. */
  readonly onFailure: (reason: string) => void
}

export class NotifyCommand {
  readonly #deps: NotifyCommandDeps
  readonly #running = new Map<ChildProcess, Timer>()
  /** What failed last. */
  #failed: string | undefined

  constructor(deps: NotifyCommandDeps) {
    this.#deps = deps
  }

  /** Runs `argv` with `env` in addition; while too many run already, nothing is done. Never throws for what the command does. */
  readonly run = (argv: readonly string[], env: Readonly<Record<string, string>>): void => {
    const [program, ...args] = argv
    if (program === undefined) {
      this.#fail(argv, 'notify is "command", and notify_command names none')
      return
    }
    if (this.#running.size >= MAX_NOTIFY_COMMANDS) return
    // A group of its own, so that what it starts ends with it.
    const child = spawn(program, args, { stdio: 'ignore', detached: true, env: { ...this.#deps.env, ...env } })
    const onTimeout = (): void => {
      this.#fail(argv, `${program} has not ended within ${NOTIFY_COMMAND_MS / 1_000} s and was ended`)
      endGroup(child)
    }
    this.#running.set(child, this.#deps.clock.setTimer(NOTIFY_COMMAND_MS, onTimeout, { background: true }))
    child.once('error', (error: NodeJS.ErrnoException) => {
      this.#forget(child)
      this.#fail(argv, `${program} cannot be run: ${error.code ?? error.message}`)
    })
    child.once('exit', (code) => {
      this.#forget(child)
      if (code !== null && code !== 0) this.#fail(argv, `${program} ended with code ${code}`)
    })
  }

  /** Ends what runs. Idempotent. */
  stop(): void {
    for (const child of [...this.#running.keys()]) {
      this.#forget(child)
      endGroup(child)
    }
  }

  #forget(child: ChildProcess): void {
    this.#running.get(child)?.cancel()
    this.#running.delete(child)
  }

  #fail(argv: readonly string[], reason: string): void {
    const command = argv.join('\u0000')
    if (this.#failed === command) return
    this.#failed = command
    this.#deps.onFailure(reason)
  }
}

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
