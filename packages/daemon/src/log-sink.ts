/** Where log lines go: written before the call returns, and never a reason for the daemon to fail or to hang. */
import { closeSync, openSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { makeFolder } from '@dchat/system'

const STDERR = 2

/** How long a line waits for a pipe whose reader is behind: a short burst passes, a reader that hangs stops nobody. */
const STALL_WAIT_MS = 100
const STALL_STEP_MS = 5

/** A file, or standard error. What cannot be written (full disk, nobody reads) is lost, and counted. */
export class LogSink {
  readonly #file: string | undefined
  readonly #fd: number
  #isClosed = false
  #isStalled = false
  /** The last line was cut short: the next begins on a line of its own. */
  #isMidLine = false
  #lostLines = 0

  /**
   * @param file appended to, made with mode 0600 and its folders with 0700. Undefined is standard error.
   * @throws the file system's error when it cannot be opened.
   */
  constructor(file: string | undefined) {
    this.#file = file
    if (file !== undefined) makeFolder(dirname(file))
    this.#fd = file === undefined ? STDERR : openSync(file, 'a', 0o600)
  }

  get lostLines(): number {
    return this.#lostLines
  }

  write(line: string): void {
    if (this.#isClosed) return
    const bytes = Buffer.from(this.#isMidLine ? `\n${line}` : line)
    let written = 0
    try {
      while (written < bytes.length) written += this.#writeSome(bytes.subarray(written))
      this.#isMidLine = false
    } catch (error) {
      this.#isMidLine ||= written > 0
      this.#lost(error)
    }
  }

  /** Closes a file; lines after that are dropped. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    if (this.#file !== undefined) closeSync(this.#fd)
  }

  #writeSome(bytes: Buffer): number {
    for (let waitedMs = 0; ; waitedMs += STALL_STEP_MS) {
      try {
        const written = writeSync(this.#fd, bytes)
        this.#isStalled = false
        return written
      } catch (error) {
        if (!isAgain(error) || this.#isStalled) throw error
        this.#isStalled = waitedMs >= STALL_WAIT_MS
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STALL_STEP_MS)
      }
    }
  }

  #lost(error: unknown): void {
    this.#lostLines += 1
    if (this.#lostLines > 1 || this.#file === undefined) return
    process.stderr.write(`cannot write to the log ${this.#file}: ${error instanceof Error ? error.message : String(error)}\n`)
  }
}

function isAgain(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EAGAIN'
}
