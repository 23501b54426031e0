/** A terminal with a shell in it, as a reader of the book has one: what is typed goes to a real pty, and its screen can be looked at. */
import { readFileSync, readdirSync } from 'node:fs'
import { spawn } from '@lydell/node-pty'
import type { IPty } from '@lydell/node-pty'
import headless from '@xterm/headless'
import type { Terminal } from '@xterm/headless'

/** Wide enough for any line of the book: nothing is wrapped. */
const SIZE = { cols: 250, rows: 50 } as const
/** Rows that are kept once they have left the screen. */
const SCROLLBACK_ROWS = 5_000

export class ShellTerminal implements AsyncDisposable {
  readonly #pty: IPty
  readonly #screen: Terminal = new headless.Terminal({ ...SIZE, scrollback: SCROLLBACK_ROWS, allowProposedApi: true })
  readonly #exited: Promise<void>

  /** Bash without any configuration, with the prompt `$ `. @param env all of its environment but the terminal's name */
  constructor(options: { readonly folder: string; readonly env: Readonly<Record<string, string>> }) {
    const env = { ...options.env, TERM: 'xterm', PS1: '$ ' }
    this.#pty = spawn('bash', ['--norc', '--noprofile', '-i'], { ...SIZE, cwd: options.folder, env })
    this.#pty.onData((text) => this.#screen.write(text))
    this.#exited = new Promise((resolve) => this.#pty.onExit(() => resolve()))
  }

  /** What it shows and has shown, up to the last row with something on it; trailing blanks are cut. */
  get rows(): string[] {
    const { active } = this.#screen.buffer
    const rows = Array.from({ length: active.length }, (_, row) => active.getLine(row)?.translateToString().trimEnd() ?? '')
    return rows.slice(0, rows.findLastIndex((row) => row !== '') + 1)
  }

  type(text: string): void {
    this.#pty.write(text)
  }

  /** Ends the shell and all that was started in it. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const pid of processesOf(this.#pty.pid)) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
      }
    }
    await this.#exited
    this.#screen.dispose()
  }
}

/** The processes of a session: Linux tells of them in /proc. */
function processesOf(session: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && sessionOf(name) === session)
    .map(Number)
}

/** The fourth number behind the name, which stands in brackets; undefined once the process is gone. */
function sessionOf(pid: string): number | undefined {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')[3])
  } catch {
    return undefined
  }
}
