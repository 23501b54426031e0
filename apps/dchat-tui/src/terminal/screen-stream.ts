/**
 * The terminal as the renderer sees it: passes writes through, remembers which modes were turned on so that every way out can
 * turn them off again, and replaces the whole screen in one piece when it was damaged or resized.
 */
import { EventEmitter } from 'node:events'

/** What is used of the real stream. */
export interface TerminalOutput {
  readonly isTTY?: boolean
  readonly columns?: number
  readonly rows?: number
  write(data: string, done?: () => void): boolean
}

/** The title that the terminal had is put on its stack, and taken from there. */
const TITLE = { on: '\u001b[22;2t', off: '\u001b[23;2t' } as const

/** Modes a program can leave behind: how each is turned on, and off. */
const MODES = [
  TITLE,
  { on: '\u001b[?2026h', off: '\u001b[?2026l' },
  { on: '\u001b[>5u', off: '\u001b[<u' },
  { on: '\u001b[?1006h', off: '\u001b[?1006l' },
  { on: '\u001b[?1000h', off: '\u001b[?1000l' },
  { on: '\u001b[?1004h', off: '\u001b[?1004l' },
  { on: '\u001b[?2004h', off: '\u001b[?2004l' },
  { on: '\u001b[?7l', off: '\u001b[?7h' },
  { on: '\u001b[?1049h', off: '\u001b[?1049l' },
  { on: '\u001b[?25l', off: '\u001b[?25h' },
] as const

const NO_AUTOWRAP = '\u001b[?7l'
/** Sizes are taken as given within this; a terminal that tells none is 80 by 24. */
const MAX_COLUMNS = 1_000
const MAX_ROWS = 500

export class ScreenStream extends EventEmitter {
  readonly writable = true
  readonly destroyed = false
  readonly writableEnded = false
  readonly #output: TerminalOutput
  readonly #active = new Set<(typeof MODES)[number]>()
  #prefix = ''
  #title = ''
  #isSwallowing = false
  #isLent = false
  #isOver = false

  constructor(output: TerminalOutput) {
    super()
    this.#output = output
  }

  get isTTY(): boolean {
    return this.#output.isTTY === true
  }

  get columns(): number {
    return Math.min(MAX_COLUMNS, positive(this.#output.columns, 80))
  }

  get rows(): number {
    return Math.min(MAX_ROWS, positive(this.#output.rows, 24))
  }

  /** Without autowrap a character the terminal draws wider than we reckon spoils its own row only. */
  begin(): void {
    this.write(NO_AUTOWRAP)
  }

  readonly write = (data: string, done?: unknown): boolean => {
    if (this.#isLent) this.#track(data)
    if (this.#isSwallowing || this.#isLent || this.#isOver) {
      if (typeof done === 'function') queueMicrotask(() => (done as () => void)())
      return true
    }
    this.#track(data)
    const whole = data === '' ? data : this.#prefix + data
    if (data !== '') this.#prefix = ''
    return typeof done === 'function' ? this.#output.write(whole, done as () => void) : this.#output.write(whole)
  }

  /** Forgets the frame that is on screen (`forget` makes the renderer do so): the next one is drawn on an empty screen. */
  discardFrame(forget: () => void): void {
    this.#isSwallowing = true
    try {
      forget()
    } finally {
      this.#isSwallowing = false
    }
    this.#prefix = eraseRows(this.rows)
  }

  /** Names the window `title`, which has nothing that a terminal acts on; null gives it back the name it had. */
  setTitle(title: string | null): void {
    this.#title = title === null ? '' : `\u001b]2;${title}\u0007`
    const isOn = this.#active.has(TITLE)
    if (title === null) this.beside(isOn ? TITLE.off : '')
    else this.beside(`${isOn ? '' : TITLE.on}${this.#title}`)
  }

  /** Writes what draws nothing, such as a bell. Nothing is kept of it while the terminal is lent. */
  beside(data: string): void {
    this.#track(data)
    if (data !== '' && !this.#isLent && !this.#isOver) this.#output.write(data)
  }

  /** What turns off every mode that is on; nothing is written until the terminal is taken back. */
  lend(): string {
    const sequence = this.#off()
    this.#isLent = true
    return sequence
  }

  /** What turns on again the modes that are to be on now; the screen has to be drawn anew. */
  takeBack(): string {
    this.#isLent = false
    const on = MODES.filter((mode) => this.#active.has(mode)).map((mode) => mode.on)
    return on.reverse().join('') + this.#title
  }

  /** What turns off every mode that is still on; empty when nothing is. Nothing is written after that. */
  restore(): string {
    this.#isOver = true
    const sequence = this.#isLent ? '' : this.#off()
    this.#active.clear()
    return sequence
  }

  #off(): string {
    return MODES.filter((mode) => this.#active.has(mode))
      .map((mode) => mode.off)
      .join('')
  }

  #track(data: string): void {
    if (!data.includes('\u001b[')) return
    for (const mode of MODES) {
      const on = data.lastIndexOf(mode.on)
      const off = data.lastIndexOf(mode.off)
      if (on > off) this.#active.add(mode)
      else if (off > on) this.#active.delete(mode)
    }
  }
}

/** Row by row: erasing the screen as a whole makes some terminals keep a copy of it in their scrollback. */
function eraseRows(rows: number): string {
  let sequence = ''
  for (let row = rows; row >= 1; row -= 1) sequence += `\u001b[${row};1H\u001b[2K`
  return sequence
}

function positive(value: number | undefined, fallback: number): number {
  return value !== undefined && Number.isInteger(value) && value > 0 ? value : fallback
}
