/** Text from stdin or a file: UTF-8, bounded. */
import { open } from 'node:fs/promises'
import { UsageError } from './exit.ts'

/** A last CR LF is not part of a text. */
const LINE_BREAK_BYTES = 2

export interface TextSource {
  readonly chunks: AsyncIterable<Uint8Array>
  /** What it is called in an error. */
  readonly name: string
  readonly maxBytes: number
}

/**
 * All of it, without its last line break.
 * @throws {UsageError} for more than `maxBytes`, and for bytes that are not UTF-8
 * @throws the signal's reason when it aborts
 */
export async function readText({ chunks, name, maxBytes }: TextSource, signal: AbortSignal): Promise<string> {
  const read: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of untilAborted(chunks, signal)) {
    read.push(chunk)
    bytes += chunk.length
    if (bytes > maxBytes + LINE_BREAK_BYTES) throw tooLong(name, maxBytes)
  }
  const text = decode(Buffer.concat(read), name).replace(/\r?\n$/, '')
  if (Buffer.byteLength(text) > maxBytes) throw tooLong(name, maxBytes)
  return text
}

/** The same of a file. @throws {UsageError} when it cannot be read too */
export async function readTextFile(path: string, maxBytes: number, signal: AbortSignal): Promise<string> {
  try {
    await using file = await open(path)
    return await readText({ chunks: file.createReadStream({ autoClose: false }), name: path, maxBytes }, signal)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (cause instanceof UsageError || code === undefined || signal.aborted) throw cause
    throw new UsageError(`${path} cannot be read (${code})`, { cause })
  }
}

/**
 * The lines of stdin as they come, without their line breaks; the last one may have none. Each has at most `maxBytes`.
 * @throws as `readText`, naming the line
 */
export async function* readLines({ chunks, name, maxBytes }: TextSource, signal: AbortSignal): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0)
  let number = 1
  const lineOf = (bytes: Buffer): string => {
    const text = decode(bytes, `line ${number} of ${name}`).replace(/\r$/, '')
    if (Buffer.byteLength(text) > maxBytes) throw tooLong(`line ${number} of ${name}`, maxBytes)
    number += 1
    return text
  }
  for await (const chunk of untilAborted(chunks, signal)) {
    rest = Buffer.concat([rest, chunk])
    for (let end = rest.indexOf(0x0a); end !== -1; end = rest.indexOf(0x0a)) {
      yield lineOf(rest.subarray(0, end))
      rest = rest.subarray(end + 1)
    }
    if (rest.length > maxBytes + LINE_BREAK_BYTES) throw tooLong(`line ${number} of ${name}`, maxBytes)
  }
  if (rest.length > 0) yield lineOf(rest)
}

function decode(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw new UsageError(`${name} is not UTF-8 text`, { cause })
  }
}

function tooLong(name: string, maxBytes: number): UsageError {
  return new UsageError(`${name} is too long: it may have ${maxBytes} bytes`)
}

/** The chunks of `source`. @throws the signal's reason as soon as it aborts, also while a chunk is awaited */
async function* untilAborted(source: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  signal.throwIfAborted()
  const aborted = Promise.withResolvers<never>()
  const onAbort = (): void => aborted.reject(signal.reason as Error)
  signal.addEventListener('abort', onAbort, { once: true })
  const iterator = source[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = await Promise.race([iterator.next(), aborted.promise])
      if (next.done === true) return
      yield next.value
    }
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
