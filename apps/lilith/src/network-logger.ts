import type { LogFields, Logger, LogLevel } from '@dchat/system'

/** A logger whose lines all have the field `network`: for one of several nodes in a process. */
export function networkLogger(logger: Logger, network: string): Logger {
  const write =
    (at: LogLevel) =>
    (message: string, fields?: LogFields): void =>
      logger[at](message, { ...fields, network })
  return {
    error: write('error'),
    warn: write('warn'),
    info: write('info'),
    debug: write('debug'),
    trace: write('trace'),
    child: (module) => networkLogger(logger.child(module), network),
  }
}
