/** Lines of a stream, one at a time, never more than a line in memory: a reader that waits makes the writer wait. */
import { StringDecoder } from 'node:string_decoder'
import { MAX_INPUT_BYTES } from '../limits.ts'

/** A line, or that one was longer than an input may be: its text is dropped as it comes. */
export type InputLine = { readonly kind: 'line'; readonly text: string } | { readonly kind: 'tooLong' }

/** The lines of `input`, without line ends; the last one counts without one too, unless it is empty. */
export async function* inputLines(input: AsyncIterable<Uint8Array | string>): AsyncGenerator<InputLine> {
  const decoder = new StringDecoder('utf8')
  let pending = ''
  let isTooLong = false
  const finish = (text: string): InputLine => {
    const line = (pending + text).replace(/\r$/u, '')
    const result: InputLine =
      isTooLong || Buffer.byteLength(line) > MAX_INPUT_BYTES ? { kind: 'tooLong' } : { kind: 'line', text: line }
    pending = ''
    isTooLong = false
    return result
  }
  for await (const chunk of input) {
    const parts = (typeof chunk === 'string' ? chunk : decoder.write(chunk as Buffer)).split('\n')
    const last = parts.pop()!
    for (const part of parts) yield finish(part)
    pending = isTooLong ? '' : pending + last
    if (pending.length > MAX_INPUT_BYTES) {
      isTooLong = true
      pending = ''
    }
  }
  pending += decoder.end()
  if (isTooLong || pending !== '') yield finish('')
}
