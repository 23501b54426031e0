/** Long work on the file of a store in a thread of its own, with a connection of its own. */
import { Worker } from 'node:worker_threads'

/** What came of it: a failure is data, as errors lose their fields between threads. */
type Outcome<T> = { readonly value: T } | { readonly error: { readonly message: string; readonly errcode: number | undefined } }

/** A failure in the other thread, of SQLite where it has an `errcode`. */
class SideError extends Error {
  override readonly name = 'SideError'
  readonly errcode: number | undefined

  constructor({ message, errcode }: { readonly message: string; readonly errcode: number | undefined }) {
    super(message)
    this.errcode = errcode
  }
}

/**
 * Runs `body`, the text of a function body, as `async (workerData, sqlite, crypto, zlib)` in a new thread: text, because a program
 * is bundled into files whose names this module can't know. Aborting ends the thread at once.
 * @throws {SideError} with the `errcode` of SQLite, or without, when the thread ended early; what the signal was aborted with
 */
export async function runAside<T>(
  body: string,
  { data, signal }: { readonly data: unknown; readonly signal: AbortSignal },
): Promise<T> {
  signal.throwIfAborted()
  const text = `
    const { parentPort, workerData } = require('node:worker_threads')
    const run = async (data, sqlite, crypto, zlib) => { ${body} }
    run(workerData, require('node:sqlite'), require('node:crypto'), require('node:zlib')).then(
      (value) => parentPort.postMessage({ value }),
      (error) => parentPort.postMessage({ error: { message: error.message, errcode: error.errcode } }),
    )`
  const worker = new Worker(text, { eval: true, workerData: data, name: 'dchat-store' })
  const ended = Promise.withResolvers<Outcome<T>>()
  worker.once('message', (outcome: Outcome<T>) => ended.resolve(outcome))
  worker.once('error', (error) => ended.reject(error))
  worker.once('exit', () => ended.reject(new SideError({ message: 'the thread ended early', errcode: undefined })))
  const onAbort = (): void => ended.reject(signal.reason as Error)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    const outcome = await ended.promise
    if ('error' in outcome) throw new SideError(outcome.error)
    return outcome.value
  } finally {
    signal.removeEventListener('abort', onAbort)
    await worker.terminate()
  }
}
