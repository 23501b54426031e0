/** The log of a daemon: written at once and in the main thread, so that nothing is lost when the process ends. */
import { fstatSync } from 'node:fs'
import { isatty } from 'node:tty'
import type { LogFields, Logger, LogLevel } from '@dchat/system'
import { pino } from 'pino'
import { logRecord } from './log-record.ts'
import { formatText } from './log-format.ts'
import type { LogLine, TextFormat } from './log-format.ts'
import { FlagError } from './errors.ts'
import { LogSink } from './log-sink.ts'

/** `text` for people on a terminal, `journal` the same for journald, `json` one object a line for everything else. */
export type LogFormat = 'text' | 'journal' | 'json'

export interface LoggingOptions {
  /** File to append to, made with mode 0600 (its folder with 0700). @default standard error */
  readonly file?: string | undefined
  /** How often -v was given: 0 info, 1 debug, 2 trace, 3 trace with nothing cut. @default 0 */
  readonly verbosity?: number
  /** @default text on a terminal, journal under journald, else json; always json in a file */
  readonly format?: LogFormat
  /** For NO_COLOR and JOURNAL_STREAM. @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>
}

export interface DaemonLogger extends Logger {
  readonly level: LogLevel
  /** Lines that could not be written, because the disk is full or nobody reads. */
  readonly lostLines: number
  /** Closes a log file; lines after that are dropped. */
  close(): void
}

const STDERR = 2
const LEVELS = ['info', 'debug', 'trace'] as const

/** Below -vvv values are cut here: peers fill lines with what they like. */
const MAX_VALUE_LENGTH = 256
/** With -vvv still an end: one message of the network is at most 64 KiB. */
const MAX_VALUE_LENGTH_FULL = 65_536

/**
 * Opens the log.
 * @throws {FlagError} FLAG_VALUE for `--log` when the file cannot be opened.
 */
export function createLogger(options: LoggingOptions = {}): DaemonLogger {
  const { file, verbosity = 0, env = process.env } = options
  const level = LEVELS[Math.min(verbosity, LEVELS.length - 1)]!
  const format = options.format ?? (file === undefined ? stderrFormat(env) : 'json')
  const maxValueLength = verbosity >= 3 ? MAX_VALUE_LENGTH_FULL : MAX_VALUE_LENGTH
  const text: TextFormat = { maxValueLength, colours: format === 'text' && hasColours(env), journal: format === 'journal' }
  const sink = openSink(file)
  const logger = pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":${Date.now()}`,
      formatters: { level: (label) => ({ level: label }) },
      ...(format === 'json' ? {} : { hooks: { streamWrite: (line: string) => formatText(JSON.parse(line) as LogLine, text) } }),
    },
    sink,
  )
  const record = { maxValueLength, stacks: verbosity >= 1 }
  const write =
    (at: LogLevel) =>
    (message: string, fields?: LogFields): void => {
      if (logger.isLevelEnabled(at)) logger[at](logRecord(fields, record), message)
    }
  return {
    level,
    get lostLines() {
      return sink.lostLines
    },
    close: () => sink.close(),
    error: write('error'),
    warn: write('warn'),
    info: write('info'),
    debug: write('debug'),
    trace: write('trace'),
  }
}

/** The only way to name a file is the flag. */
function openSink(file: string | undefined): LogSink {
  try {
    return new LogSink(file)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    const reason = `"${file}" ${WHY_NOT[code] ?? `cannot be opened (${code})`}`
    throw new FlagError('FLAG_VALUE', { flag: '--log', reason, hint: 'name a file that can be written' })
  }
}

const WHY_NOT: Readonly<Record<string, string>> = {
  EISDIR: 'is a folder',
  EACCES: 'may not be written by this user',
  EPERM: 'may not be written by this user',
  EROFS: 'is on a disk that is read-only',
  ENOTDIR: 'lies below a file, not a folder',
  EEXIST: 'lies below a file, not a folder',
}

function stderrFormat(env: LoggingOptions['env'] & object): LogFormat {
  if (isatty(STDERR)) return 'text'
  return isJournal(env['JOURNAL_STREAM']) ? 'journal' : 'json'
}

/** journald tells what it reads as `device:inode`; the variable alone is inherited by processes it does not read. */
function isJournal(stream: string | undefined): boolean {
  if (stream === undefined) return false
  const { dev, ino } = fstatSync(STDERR, { bigint: true })
  return stream === `${dev}:${ino}`
}

function hasColours(env: LoggingOptions['env'] & object): boolean {
  return (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb'
}
