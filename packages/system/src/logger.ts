/** Logging as a port: a fixed text, fields, and the error that was met. Programs bring the real one. */

export type LogLevel = 'error' | 'warn' | 'info' | 'debug' | 'trace'

/** What a line is about. `error` holds the error that was met, if any; never put secrets or message texts here. */
export type LogFields = Readonly<Record<string, unknown>>

/**
 * Levels by who must act: error the operator now, warn the operator some time, info what changed,
 * debug what a developer wants (the only level, with trace, for text and addresses that came from peers).
 */
export interface Logger {
  error(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  debug(message: string, fields?: LogFields): void
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

export interface LogRecord {
  readonly level: LogLevel
  readonly message: string
  readonly fields: LogFields
}

/** Keeps every line, for tests that ask what was said. */
export class MemoryLogger implements Logger {
  readonly records: LogRecord[] = []

  error(message: string, fields: LogFields = {}): void {
    this.records.push({ level: 'error', message, fields })
  }

  warn(message: string, fields: LogFields = {}): void {
    this.records.push({ level: 'warn', message, fields })
  }

  info(message: string, fields: LogFields = {}): void {
    this.records.push({ level: 'info', message, fields })
  }

  debug(message: string, fields: LogFields = {}): void {
    this.records.push({ level: 'debug', message, fields })
  }

  trace(message: string, fields: LogFields = {}): void {
    this.records.push({ level: 'trace', message, fields })
  }

  /** Lines of all modules are kept together, in the order they were said. */
  child(): Logger {
    return this
  }
}
