/** What bounds the log. docs/limits.md is checked against this table. */
import type { Limit } from '@dchat/net'
import type { RotationBounds } from './log-file.ts'

export type LogLimitName = 'LOG_FILE_BYTES' | 'LOG_FILES' | 'LOG_VALUE_CHARS' | 'LOG_VALUE_CHARS_FULL' | 'LOG_STALL_MS'

export const LOG_LIMITS: Readonly<Record<LogLimitName, Limit>> = {
  LOG_FILE_BYTES: {
    value: 10_485_760,
    unit: 'bytes',
    why: '`[log] max_bytes`: a day or more of one node, quick to search',
    then: 'the file is set aside under a number and a new one begun',
  },
  LOG_FILES: {
    value: 5,
    unit: 'files',
    why: '`[log] max_files`, the one that is written among them: 50 MiB fill no disk that runs a node',
    then: 'the oldest goes',
  },
  LOG_VALUE_CHARS: {
    value: 256,
    unit: 'characters',
    why: 'peers fill lines with what they like; an address or a reason fits',
    then: 'the value is cut with a mark',
  },
  LOG_VALUE_CHARS_FULL: {
    value: 65_536,
    unit: 'characters',
    why: 'under -vvv, which is for looking at one thing for a short time',
    then: 'the value is cut with a mark',
  },
  LOG_STALL_MS: {
    value: 100,
    unit: 'ms',
    why: 'a reader of the log that is behind catches up in less; one that hangs must not stop the daemon for longer',
    then: 'the line is lost and counted, and lines are not waited for until one is taken at once',
  },
}

/** Of a log file, when the configuration says nothing. */
export const DEFAULT_ROTATION: RotationBounds = {
  maxBytes: LOG_LIMITS.LOG_FILE_BYTES.value,
  maxFiles: LOG_LIMITS.LOG_FILES.value,
}
