/** The log of a daemon: written at once and in the main thread, so that nothing is lost when the process ends. */
import { fstatSync } from 'node:fs'
import { isatty } from 'node:tty'
import type { LogFields, Logger, LogLevel } from '@dchat/system'
import { pino } from 'pino'
import { LogLevels, LOG_LEVELS, rankOf } from './log-levels.ts'
import type { LogModule, ModuleLevels } from './log-levels.ts'
import { logRecord } from './log-record.ts'
import { formatText } from './log-format.ts'
import type { LogLine, TextFormat } from './log-format.ts'
import { FlagError } from './errors.ts'
import { DEFAULT_ROTATION, LOG_LIMITS } from './limits.ts'
import type { RotationBounds } from './log-file.ts'
import { LogSink } from './log-sink.ts'

/** `text` for people, `journal` the same for journald, `json` one object a line for everything else. */
export type LogFormat = 'text' | 'journal' | 'json'

export interface LoggingOptions {
  /** File to append to, made with mode 0600 (its folder with 0700). @default standard error */
  readonly file?: string | undefined
  /** What named the file, for the message when it cannot be opened. @default --log */
  readonly namedBy?: string | undefined
  /** The level of all that `levels` does not name. @default by `verbosity`: 0 info, 1 debug, 2 and above trace */
  readonly level?: LogLevel | undefined
  /** Levels of modules. @default {} */
  readonly levels?: ModuleLevels
  /** How often -v was given; 3 shows values whole. @default 0 */
  readonly verbosity?: number
  /** `auto`: in a file json, else text on a terminal, journal under journald, json where neither reads. @default 'auto' */
  readonly format?: LogFormat | 'auto'
  /** When a file is set aside, and how many there are. @default DEFAULT_ROTATION */
  readonly rotation?: RotationBounds
  /** For NO_COLOR and JOURNAL_STREAM. @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>
}

/** Lines since the start by level, whether they could be written or not. */
export type LineCounts = Readonly<Record<LogLevel, number>>

export interface DaemonLogger extends Logger {
  readonly levels: LogLevels
  readonly lineCounts: LineCounts
  /** Lines that could not be written, because the disk is full or nobody reads. */
  readonly lostLines: number
  /** Sets how much one module says, or all of the daemon; holds until the process ends or sets it again. */
  setLevel(level: LogLevel, module?: LogModule): void
  /** Goes on in the file that is at the path now, for who moves log files away. What fails is logged, and the old file kept. */
  reopen(): void
  /**
   * Goes on with other options, for all loggers made of this one.
   * @throws {FlagError} FLAG_VALUE when the file cannot be opened: everything stays as it was then
   */
  configure(options: LoggingOptions): void
  /** Closes a log file; lines after that are dropped. */
  close(): void
}

const STDERR = 2

/**
 * Opens the log.
 * @throws {FlagError} FLAG_VALUE when the file cannot be opened.
 */
export function createLogger(options: LoggingOptions = {}): DaemonLogger {
  const log = new Log(options)
  return {
    ...loggerOf(log),
    levels: log.levels,
    lineCounts: log.counts,
    get lostLines() {
      return log.lostLines
    },
    setLevel: (level, module) => log.levels.set(level, module),
    reopen: () => log.reopen(),
    configure: (next) => log.configure(next),
    close: () => log.sink.close(),
  }
}

type Target = Record<LogLevel, (record: Record<string, unknown>, message: string) => void>

/** Where lines go and how they look. */
interface Output {
  readonly sink: LogSink
  readonly pino: Target & { child(bindings: Record<string, unknown>): Target }
  readonly modules: Map<string, Target>
  readonly maxValueLength: number
  readonly stacks: boolean
}

/** What all loggers of a daemon share. */
class Log {
  readonly levels: LogLevels
  readonly counts: Record<LogLevel, number> = { error: 0, warn: 0, info: 0, debug: 0, trace: 0 }
  #output: Output
  /** By sinks that are closed. */
  #lostBefore = 0

  constructor(options: LoggingOptions) {
    this.levels = new LogLevels(levelOf(options), options.levels)
    this.#output = this.#open(options)
  }

  get sink(): LogSink {
    return this.#output.sink
  }

  get lostLines(): number {
    return this.#lostBefore + this.sink.lostLines
  }

  target(module: string | undefined): Target {
    const { pino: whole, modules } = this.#output
    if (module === undefined) return whole
    const known = modules.get(module) ?? whole.child({ module })
    modules.set(module, known)
    return known
  }

  record(fields: LogFields | undefined): Record<string, unknown> {
    const { maxValueLength, stacks } = this.#output
    return logRecord(fields, { maxValueLength, stacks })
  }

  reopen(): void {
    try {
      this.sink.reopen()
    } catch (error) {
      loggerOf(this).error('The log cannot be opened again, going on in the old file', { error })
    }
  }

  configure(options: LoggingOptions): void {
    const before = this.sink
    this.#output = this.#open(options)
    this.#lostBefore += before.lostLines
    before.close()
    this.levels.setAll(levelOf(options), options.levels)
  }

  #open(options: LoggingOptions): Output {
    const { file, verbosity = 0, env = process.env, format: wanted = 'auto', rotation = DEFAULT_ROTATION } = options
    const format = wanted === 'auto' ? (file === undefined ? stderrFormat(env) : 'json') : wanted
    const sink = openSink(options, rotation, (lost) => loggerOf(this).warn('The log is written again', { lost }))
    const maxValueLength = (verbosity >= 3 ? LOG_LIMITS.LOG_VALUE_CHARS_FULL : LOG_LIMITS.LOG_VALUE_CHARS).value
    const text: TextFormat = {
      maxValueLength,
      colours: format === 'text' && file === undefined && hasColours(env),
      journal: format === 'journal',
      dated: file !== undefined,
    }
    const made = pino(
      {
        level: 'trace', // what is said at all is decided by `levels`
        base: null,
        timestamp: () => `,"time":${Date.now()}`,
        formatters: { level: (label) => ({ level: label }) },
        ...(format === 'json' ? {} : { hooks: { streamWrite: (line: string) => formatText(JSON.parse(line) as LogLine, text) } }),
      },
      sink,
    )
    return { sink, pino: made, modules: new Map(), maxValueLength, stacks: verbosity >= 1 }
  }
}

function levelOf({ level, verbosity = 0 }: LoggingOptions): LogLevel {
  return level ?? LEVELS[Math.min(verbosity, LEVELS.length - 1)]!
}

/** By how often -v was given. */
const LEVELS = ['info', 'debug', 'trace'] as const

function loggerOf(log: Log, module?: string): Logger {
  const threshold = log.levels.thresholdOf(module)
  const write = (at: LogLevel): Logger[LogLevel] => {
    const rank = rankOf(at)
    return (message, fields) => {
      if (rank > threshold.rank) return
      log.counts[at] += 1
      log.target(module)[at](log.record(fields), message)
    }
  }
  const writers = Object.fromEntries(LOG_LEVELS.map((at) => [at, write(at)])) as Pick<Logger, LogLevel>
  return { ...writers, child: (name) => loggerOf(log, name) }
}

function openSink(
  { file, namedBy = '--log' }: LoggingOptions,
  bounds: RotationBounds,
  onRecovered: (lost: number) => void,
): LogSink {
  try {
    return new LogSink({ file, bounds, onRecovered })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    const reason = `"${file}" ${WHY_NOT[code] ?? `cannot be opened (${code})`}`
    throw new FlagError('FLAG_VALUE', { flag: namedBy, reason, hint: 'name a file that can be written' })
  }
}

const WHY_NOT: Readonly<Record<string, string>> = {
  EISDIR: 'is a folder',
  ENXIO: 'is a pipe that nobody reads, or a socket',
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
  return isatty(STDERR) && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb'
}
