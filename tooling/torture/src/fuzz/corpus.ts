/** Inputs that were found to do harm, or to reach what others do not: each run begins with them, and makes others of them. */
import { existsSync, readFileSync } from 'node:fs'

/** One line of a file in corpus/: bytes in hex, or a text. */
interface SavedInput {
  /** What is to be seen in it, where that is not plain. */
  readonly name?: string
  readonly hex?: string
  readonly text?: string
}

/** The saved inputs of a target; none where there is no file. @throws {Error} for a line that is none */
export function readCorpus(target: string): Buffer[] {
  const file = new URL(`../../corpus/${target}.jsonl`, import.meta.url)
  if (!existsSync(file)) return []
  return readFileSync(file, 'utf8').trimEnd().split('\n').map(parseInput)
}

function parseInput(line: string): Buffer {
  const { hex, text } = JSON.parse(line) as SavedInput
  if ((hex === undefined) === (text === undefined)) throw new Error(`a saved input has either hex or text: ${line}`)
  return hex === undefined ? Buffer.from(text!) : Buffer.from(hex, 'hex')
}
