/**
 * Reads the terminal: raw bytes to events. Turns on what makes terminals tell more: marked pastes, focus, the kitty keyboard protocol
 * where it is known, the wheel when wanted. Whoever owns `write` turns them off again.
 */
import type { Clock, Timer } from '@dchat/system'
import { TerminalDecoder } from '../input/terminal-decoder.ts'
import type { InputEvent } from '../input/key-sequences.ts'
import { ESCAPE_WAIT_MS, PASTE_WAIT_MS, SEQUENCE_WAIT_MS } from '../limits.ts'

/** What is used of the standard input. */
export interface RawInput {
  setRawMode(isRaw: boolean): unknown
  on(event: 'data', listener: (chunk: Uint8Array) => void): unknown
  off(event: 'data', listener: (chunk: Uint8Array) => void): unknown
  pause(): unknown
  resume(): unknown
}

export interface TerminalInputDeps {
  readonly stdin: RawInput
  /** To the terminal. */
  readonly write: (data: string) => unknown
  readonly clock: Clock
  /** What came in one piece, in order; never empty. */
  readonly onEvents: (events: readonly InputEvent[]) => void
}

const MARKED_PASTES = '\u001b[?2004h'
const FOCUS_REPORTS = '\u001b[?1004h'
const ASK_FOR_KITTY = '\u001b[?u'
/** Keys that are told apart, with the character that Shift makes of them. */
const KITTY_KEYS = '\u001b[>5u'
const WHEEL_ON = '\u001b[?1000h\u001b[?1006h'
const WHEEL_OFF = '\u001b[?1006l\u001b[?1000l'

const WAITS_MS = { short: ESCAPE_WAIT_MS, long: SEQUENCE_WAIT_MS, paste: PASTE_WAIT_MS } as const

export class TerminalInput {
  readonly #deps: TerminalInputDeps
  #decoder = new TerminalDecoder()
  #timer: Timer | null = null
  #isReading = false
  #hasWheel = false

  constructor(deps: TerminalInputDeps) {
    this.#deps = deps
  }

  /** Once the renderer has turned to its screen: terminals keep the keyboard protocol by screen. */
  start(): void {
    this.resume()
    this.#deps.write(MARKED_PASTES + FOCUS_REPORTS + ASK_FOR_KITTY)
  }

  /** Leaves the terminal to others: it is as a shell wants it, and nothing is read. */
  pause(): void {
    if (!this.#isReading) return
    this.#isReading = false
    this.#timer?.cancel()
    this.#decoder = new TerminalDecoder()
    const { stdin } = this.#deps
    stdin.off('data', this.#onData)
    stdin.pause()
    stdin.setRawMode(false)
  }

  resume(): void {
    if (this.#isReading) return
    this.#isReading = true
    const { stdin } = this.#deps
    stdin.setRawMode(true)
    stdin.on('data', this.#onData)
    stdin.resume()
  }

  /** Whether the terminal is to tell of the wheel, and so takes the mouse from its own selecting. */
  setWheel(isWanted: boolean): void {
    if (isWanted === this.#hasWheel) return
    this.#hasWheel = isWanted
    this.#deps.write(isWanted ? WHEEL_ON : WHEEL_OFF)
  }

  readonly #onData = (chunk: Uint8Array): void => {
    this.#timer?.cancel()
    this.#tell(this.#decoder.push(chunk))
    const wait = this.#decoder.waits
    if (wait === null) return
    this.#timer = this.#deps.clock.setTimer(WAITS_MS[wait], () => this.#tell(this.#decoder.flush()), { background: true })
  }

  #tell(events: readonly InputEvent[]): void {
    if (events.some((event) => event.type === 'kitty')) this.#deps.write(KITTY_KEYS)
    if (events.length > 0) this.#deps.onEvents(events)
  }
}
