/** The built program in a real pty, its output drawn on a terminal model. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { spawn } from '@lydell/node-pty'
import type { IPty } from '@lydell/node-pty'
import { TestTerminal } from '../src/testing/terminal.ts'

const LAUNCHER = fileURLToPath(new URL('../bin/dchat-tui.js', import.meta.url))

/** Less than the time limit of a test: what never comes ends the test, and with it the programs that it has started. */
const PATIENCE_MS = 100_000

/** The renderer puts each frame between this and its counterpart. */
const FRAME_START = '\u001b[?2026h'

/** A folder with the socket's place in it, as `--home` wants it, of somebody who has seen the program before. */
export class TestHome {
  readonly path: string

  constructor() {
    this.path = mkdtempSync(join(tmpdir(), 'dchat-tui-e2e-'))
    mkdirSync(join(this.path, 'run'))
    mkdirSync(join(this.path, 'state'))
    writeFileSync(this.ownFilePath, '{"isFirstRunSeen":true}')
  }

  /** What the program remembers; without it, it is new to the user. */
  get ownFilePath(): string {
    return join(this.path, 'state', 'tui-settings.json')
  }

  get socketPath(): string {
    return join(this.path, 'run', 'dchatd.sock')
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true })
  }
}

export interface TuiOptions {
  readonly home: string
  readonly columns?: number
  readonly rows?: number
  readonly args?: readonly string[]
  readonly env?: NodeJS.ProcessEnv
  /** Start it by hand in a shell that has jobs. */
  readonly isInShell?: boolean
  /** What opens the chat in place of its launcher, with its arguments. */
  readonly script?: readonly string[]
}

export class TuiProcess {
  readonly terminal: TestTerminal
  /** All that was written, as it came. */
  output = ''
  readonly exited: Promise<{ exitCode: number; signal: number }>
  readonly #pty: IPty
  #frames = 0
  #drawn: Promise<void> = Promise.resolve()
  #listeners = new Set<() => void>()

  constructor(options: TuiOptions) {
    const size = { columns: options.columns ?? 100, rows: options.rows ?? 24 }
    this.terminal = new TestTerminal({ ...size, isPty: true })
    const script = options.script ?? [LAUNCHER, '--home', options.home]
    const command = [process.execPath, ...script, ...(options.args ?? [])]
    const [file, ...args] = options.isInShell === true ? ['/bin/sh', '-i'] : command
    this.#pty = spawn(file!, args, {
      cols: size.columns,
      rows: size.rows,
      name: options.env?.['TERM'] ?? 'xterm-256color',
      env: cleanEnv(options.env ?? {}),
    })
    this.terminal.onAnswer((data) => this.#pty.write(data))
    this.#pty.onData((data) => {
      this.output += data
      this.#frames += data.split(FRAME_START).length - 1
      this.#drawn = this.terminal.write(data).then(() => {
        if (!this.terminal.modes.synchronizedOutputMode) this.#changed()
      })
    })
    if (options.isInShell === true) this.#pty.write(`${command.map((word) => `'${word}'`).join(' ')}\n`)
    const { promise, resolve } = Promise.withResolvers<{ exitCode: number; signal: number }>()
    this.exited = promise
    this.#pty.onExit(({ exitCode, signal }) => {
      resolve({ exitCode, signal: signal ?? 0 })
      this.#changed()
    })
  }

  /** Frames drawn so far. */
  get frames(): number {
    return this.#frames
  }

  get pid(): number {
    return this.#pty.pid
  }

  type(text: string): void {
    this.#pty.write(text)
  }

  signal(name: string): void {
    this.#pty.kill(name)
  }

  /** The terminal goes away, as when its window is closed. */
  hangUp(): void {
    // Not of its type, but what it has for that: closes its end of the pty.
    ;(this.#pty as IPty & { destroy(): void }).destroy()
  }

  resize(columns: number, rows: number): void {
    this.terminal.resize(columns, rows)
    this.#pty.resize(columns, rows)
  }

  /** Resolves once the screen is so, between two frames. @throws {Error} after PATIENCE_MS */
  shows(holds: (terminal: TestTerminal) => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const patience = AbortSignal.timeout(PATIENCE_MS)
      const check = (): void => {
        const isShown = holds(this.terminal)
        if (!isShown && !patience.aborted) return
        this.#listeners.delete(check)
        patience.removeEventListener('abort', check)
        if (isShown) resolve()
        else reject(new Error('the screen does not come to show it'))
      }
      patience.addEventListener('abort', check)
      this.#listeners.add(check)
      check()
    })
  }

  showsText(text: string): Promise<void> {
    return this.shows((terminal) => terminal.text.includes(text))
  }

  /** Ends the program if it still runs. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#pty.kill('SIGKILL')
    await this.exited
    await this.#drawn
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener()
  }
}

/** Without what the test's own environment says about colours, homes and CI. */
function cleanEnv(extra: NodeJS.ProcessEnv): Record<string, string> {
  const env: Record<string, string> = {}
  for (const [name, value] of Object.entries({ ...process.env, ...extra })) {
    const isOurs = /^(?:DCHAT_|XDG_|NO_COLOR$|FORCE_COLOR$|COLORTERM$|INK_|TERM$)/u.test(name) && !(name in extra)
    if (value !== undefined && !isOurs) env[name] = value
  }
  return env
}
