/** Where the book's program grows: a home folder with a checkout, a folder for the program, and a terminal for each that is named. */
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { until } from '@dchat/e2e'
import { changeFile } from './change-file.ts'
import type { Chapter, FileStep, SessionStep } from './chapter.ts'
import type { OwnAddresses } from './own-addresses.ts'
import { playSession } from './play-session.ts'
import { ShellTerminal } from './shell-terminal.ts'

const CHECKOUT = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '')
const BIN = join(CHECKOUT, 'node_modules/.bin')

interface Seat {
  readonly terminal: ShellTerminal
  /** The first row that no block had yet. */
  row: number
}

export class Workbench implements AsyncDisposable {
  readonly #home = mkdtempSync(join(tmpdir(), 'dchat-book-'))
  readonly #addresses: OwnAddresses
  readonly #seats = new Map<string, Seat>()

  /** A home as the book supposes it: the checkout is in `~/dchat`. */
  constructor(addresses: OwnAddresses) {
    this.#addresses = addresses
    symlinkSync(CHECKOUT, join(this.#home, 'dchat'))
  }

  /** The folder of the program; there is none until a chapter makes it. */
  get folder(): string {
    return join(this.#home, 'my-chat')
  }

  /**
   * Does all that the chapter says, in fresh terminals, then has the types of the program checked.
   * @throws {Error} naming the block, or with what the compiler says; when a program runs on, or has said more than the chapter has
   */
  async play({ name, steps }: Chapter): Promise<void> {
    for (const step of steps) {
      if (step.kind === 'file') this.#change(step)
      else await this.#play(step)
    }
    for (const [terminal, { row, terminal: screen }] of this.#seats) {
      const unread = (): string => screen.rows.slice(row).join('\n')
      await until(`${name}: ${terminal} is at its prompt`, () => unread() === '$').catch((cause: unknown) => {
        throw new Error(`${name}: in ${terminal} more is to be seen:\n${unread()}`, { cause })
      })
    }
    await this.#leave()
    await this.run('tsc', ['--project', this.folder])
  }

  /** Runs a tool of the checkout in the folder of the program. @throws {Error} with what it says, when it fails */
  async run(tool: string, args: readonly string[]): Promise<void> {
    await promisify(execFile)(join(BIN, tool), args, { cwd: this.folder }).catch((error: { stdout: string; stderr: string }) => {
      throw new Error(`${tool}: ${error.stdout}${error.stderr}`, { cause: error })
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#leave()
    rmSync(this.#home, { recursive: true, force: true })
  }

  #change(step: FileStep): void {
    const path = join(this.folder, step.file)
    const text = this.#addresses.in(step.text)
    writeFileSync(path, changeFile({ ...step, text }, existsSync(path) ? readFileSync(path, 'utf8') : undefined))
  }

  async #play(step: SessionStep): Promise<void> {
    const seat = this.#seats.get(step.terminal) ?? { terminal: this.#newTerminal(), row: 0 }
    this.#seats.set(step.terminal, seat)
    const rows = step.rows.map((row) => this.#addresses.in(row))
    seat.row = await playSession({ ...step, rows }, seat.terminal, { from: seat.row })
  }

  #newTerminal(): ShellTerminal {
    const { PATH = '', TMPDIR = tmpdir() } = process.env
    const env = { HOME: this.#home, PATH: [dirname(process.execPath), PATH].join(delimiter), TMPDIR, LC_ALL: 'C.UTF-8' }
    return new ShellTerminal({ folder: existsSync(this.folder) ? this.folder : this.#home, env })
  }

  async #leave(): Promise<void> {
    await Promise.all(Array.from(this.#seats.values(), ({ terminal }) => terminal[Symbol.asyncDispose]()))
    this.#seats.clear()
  }
}
