/** What a block of the book makes of its file. */
import type { FileStep } from './chapter.ts'

/**
 * @param before undefined while there is no such file
 * @returns all that is in the file then
 * @throws {Error} naming the block: the file is not as the block takes it to be
 */
export function changeFile({ file, change, text, at }: FileStep, before: string | undefined): string {
  if ((before === undefined) !== (change === 'new')) {
    throw new Error(`${at}: ${file} ${before === undefined ? 'is not there' : 'is there already'}`)
  }
  if (change === 'changed') return changed(before!, { file, text, at })
  return `${change === 'at its end' ? `${before}\n` : ''}${text}\n`
}

/** Applies a diff without line numbers; lines that begin with `@@` stand between its parts. */
function changed(before: string, { file, text, at }: Pick<FileStep, 'file' | 'text' | 'at'>): string {
  let after = before
  for (const part of text.split(/^@@.*\n/m)) {
    const lines = part.replace(/\n$/, '').split('\n')
    const strange = lines.find((line) => !/^([ +-]|$)/.test(line))
    if (strange !== undefined) throw new Error(`${at}: no line of a diff: ${strange}`)
    const [old, fresh] = ['-', '+'].map((sign) => side(lines, sign))
    const padded = `\n${after}`
    const place = padded.indexOf(`\n${old}`)
    if (place === -1 || place !== padded.lastIndexOf(`\n${old}`))
      throw new Error(`${at}: in ${file} this is not there exactly once:\n${old}`)
    after = after.slice(0, place) + fresh + after.slice(place + old!.length)
  }
  return after
}

/** The lines before the change (`-`) or after it (`+`). */
function side(lines: readonly string[], sign: string): string {
  return lines
    .filter((line) => line === '' || line.startsWith(' ') || line.startsWith(sign))
    .map((line) => `${line.slice(1)}\n`)
    .join('')
}
