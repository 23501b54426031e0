/** Where log lines go: written before the call returns, and never a reason for the daemon to fail or to hang. */
import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs'
import { LOG_LIMITS } from './limits.ts'
import { LogFile } from './log-file.ts'
import type { RotationBounds } from './log-file.ts'

const STDERR = 2

/** Between two tries to write to a pipe whose reader is behind. */
const STALL_STEP_MS = 5

export interface LogSinkOptions {
  /** Undefined is standard error. */
  readonly file: string | undefined
  readonly bounds: RotationBounds
  /** Hears that lines can be written again, and how many were lost meanwhile; the line that could is written already. */
  onRecovered(lost: number): void
}

/** A file, or standard error. What cannot be written (full disk, nobody reads) is lost, and counted. */
export class LogSink {
  readonly #options: LogSinkOptions
  readonly #file: LogFile | undefined
  /** Where lines go without a file. */
  readonly #stderr: number
  #isClosed = false
  #isStalled = false
  /** The last line was cut short: the next begins on a line of its own. */
  #isMidLine = false
  #lostLines = 0
  #toldLost = 0
  /** Trouble that was said on standard error and is not over. */
  #trouble: string | undefined

  /** @throws the file system's error when the file cannot be opened. */
  constructor(options: LogSinkOptions) {
    this.#options = options
    const { file, bounds } = options
    this.#file = file === undefined ? undefined : new LogFile(file, bounds)
    this.#stderr = file === undefined ? openStandardError() : STDERR
  }

  get lostLines(): number {
    return this.#lostLines
  }

  write(line: string): void {
    if (this.#isClosed) return
    const bytes = Buffer.from(this.#isMidLine ? `\n${line}` : line)
    this.#makeRoom(bytes.length)
    let written = 0
    try {
      while (written < bytes.length) written += this.#writeSome(bytes.subarray(written))
      this.#isMidLine = false
    } catch (error) {
      this.#isMidLine ||= written > 0
      this.#lostLines += 1
      this.#complain('written', error)
    }
    this.#file?.wrote(written)
    if (written === bytes.length) this.#tellLost()
  }

  /** Goes on in the file that is at the path now: for who moves log files away. @throws the file system's error */
  reopen(): void {
    if (!this.#isClosed) this.#file?.reopen()
  }

  /** Closes a file; lines after that are dropped. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#file?.close()
    if (this.#stderr !== STDERR) closeSync(this.#stderr)
  }

  #makeRoom(bytes: number): void {
    try {
      this.#file?.makeRoom(bytes)
    } catch (error) {
      this.#complain('rotated', error)
    }
  }

  #writeSome(bytes: Buffer): number {
    for (let waitedMs = 0; ; waitedMs += STALL_STEP_MS) {
      try {
        const written = writeSync(this.#file?.fd ?? this.#stderr, bytes)
        this.#isStalled = false
        return written
      } catch (error) {
        if (!isAgain(error) || this.#isStalled) throw error
        this.#isStalled = waitedMs >= LOG_LIMITS.LOG_STALL_MS.value
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STALL_STEP_MS)
      }
    }
  }

  #tellLost(): void {
    const lost = this.#lostLines - this.#toldLost
    if (lost === 0) return
    this.#toldLost = this.#lostLines
    this.#trouble = undefined
    this.#options.onRecovered(lost)
  }

  /** Once for each time of trouble, where it can be said at all. */
  #complain(what: string, error: unknown): void {
    if (this.#file === undefined || this.#trouble === what) return
    this.#trouble = what
    const reason = error instanceof Error ? error.message : String(error)
    try {
      writeSync(STDERR, `the log ${this.#file.path} cannot be ${what}: ${reason}\n`)
    } catch {
      // Standard error is closed too: the count of lost lines is all there is.
    }
  }
}

/**
 * A pipe or a terminal as we were given it blocks once nobody reads on (a terminal after Ctrl-S), and whether it does is shared with others
 * that have it. Opened by its name it is ours alone and never blocks; where that is not to be had we take it as it is.
 */
function openStandardError(): number {
  try {
    const stat = fstatSync(STDERR)
    if (!stat.isFIFO() && !stat.isCharacterDevice()) return STDERR
    const { O_WRONLY, O_APPEND, O_NONBLOCK, O_NOCTTY } = constants
    return openSync('/dev/stderr', O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY)
  } catch {
    return STDERR
  }
}

function isAgain(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EAGAIN'
}
