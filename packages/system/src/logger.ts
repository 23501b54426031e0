/** Logging as a port: a fixed text, fields, and the error that was met. Programs bring the real one. */

export type LogLevel = 'error' | 'warn' | 'info' | 'debug' | 'trace'

/** What a line is about. `error` holds the error that was met, if any; never put secrets or message texts here. */
export type LogFields = Readonly<Record<string, unknown>>

/**
 * Levels by who must act: error the operator now, warn the operator some time, info what changed,
 * debug what a developer wants (the only level, with trace, for text and addresses that came from peers).
 */
export interface Logger {
  /** For the operator, now. */
  error(message: string, fields?: LogFields): void
  /** For the operator, some time. */
  warn(message: string, fields?: LogFields): void
  /** What changed. */
  info(message: string, fields?: LogFields): void
  /** For developers; may hold texts and addresses that came from peers. */
  debug(message: string, fields?: LogFields): void
  /** As `debug`, of what happens all the time. */
  trace(message: string, fields?: LogFields): void
  /** A logger whose lines say that they come from `module`, and whose level can be set by that name. */
  child(module: string): Logger
}

const ignore = (): void => {}

/** Drops every line. */
export const silentLogger: Logger = {
  error: ignore,
  warn: ignore,
  info: ignore,
  debug: ignore,
  trace: ignore,
  child: () => silentLogger,
}

/** One line. */
export interface LogRecord {
  /** How urgent it is. */
  readonly level: LogLevel
  /** The fixed text. */
  readonly message: string
  /** What it is about. */
  readonly fields: LogFields
}

/** Keeps every line, for tests that ask what was said. */
export class MemoryLogger implements Logger {
  /** Every line, in the order they were said. */
  readonly records: LogRecord[] = []

  /** Keeps the line. */
  error(message: string, fields: LogFields = {}): void {
    this.records.push({ level: 'error', message, fields })
  }

  /** Keeps the line. */
  warn(message: string, fields: LogFields = {}): void {
    this.records.push({ level: 'warn', message, fields })
  }

  /** Keeps the line. */
  info(message: string, fields: LogFields = {}): void {
    this.records.push({ level: 'info', message, fields })
  }

  /** Keeps the line. */
  debug(message: string, fields: LogFields = {}): void {
    this.records.push({ level: 'debug', message, fields })
  }

  /** Keeps the line. */
  trace(message: string, fields: LogFields = {}): void {
    this.records.push({ level: 'trace', message, fields })
  }

  /** Lines of all modules are kept together, in the order they were said. */
  child(): Logger {
    return this
  }
}
