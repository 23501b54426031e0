/** How the program ends from outside: signals, a terminal that goes away, bugs. The terminal is restored whatever happens. */
import { writeSync } from 'node:fs'
import type { ExternalEditor } from './terminal/external-editor.ts'
import type { ScreenStream } from './terminal/screen-stream.ts'
import type { TerminalLoan } from './terminal/terminal-loan.ts'

/** Exit codes of a program that ended by a signal: 128 and its number. */
const SIGNAL_CODES = { SIGTERM: 143, SIGHUP: 129, SIGINT: 130 } as const

/** Why the program ends. */
export interface Ending {
  readonly code: number
  readonly error?: unknown
}

export interface ProcessWatchDeps {
  readonly stream: ScreenStream
  readonly loan: TerminalLoan
  readonly editor: ExternalEditor
  readonly end: (ending: Ending) => void
}

/** Watches until the returned function is called; the terminal is restored even when the process is made to exit. */
export function watchProcess({ stream, loan, editor, end }: ProcessWatchDeps): () => void {
  const signals = Object.entries(SIGNAL_CODES).map(([signal, code]) => ({
    signal,
    // Ctrl+C in the editor of a draft is the editor's.
    onSignal: () => (signal === 'SIGINT' && loan.isLent ? undefined : end({ code })),
  }))
  const onContinued = (): void => void loan.continued()
  const onBug = (error: unknown): void => end({ code: 1, error })
  const onGone = (): void => end({ code: SIGNAL_CODES.SIGHUP })
  const onExit = (): void => {
    editor.stop()
    const sequence = stream.restore()
    if (sequence !== '') writeSync(process.stdout.fd, sequence)
  }
  for (const { signal, onSignal } of signals) process.on(signal, onSignal)
  process.on('SIGCONT', onContinued)
  process.on('uncaughtException', onBug)
  process.on('unhandledRejection', onBug)
  process.on('exit', onExit)
  process.stdout.on('error', onGone)
  process.stdin.on('end', onGone)
  return () => {
    for (const { signal, onSignal } of signals) process.off(signal, onSignal)
    process.off('SIGCONT', onContinued)
    process.off('uncaughtException', onBug)
    process.off('unhandledRejection', onBug)
    process.stdin.off('end', onGone)
  }
}
