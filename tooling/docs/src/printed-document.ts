/** Documents that are printed from data: whole files, or a part of one between two markers. */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export interface PrintedDocument {
  /** From the root of the repository. */
  readonly file: string
  /** The part between `<!-- printed: NAME -->` and `<!-- end of NAME -->`. @default the whole file */
  readonly marker?: string
  /** What is to stand there; ends with a line end. */
  text(): string | Promise<string>
}

const ROOT = new URL('../../../', import.meta.url)

/** Where a document lies. */
export function pathOf(document: PrintedDocument): string {
  return fileURLToPath(new URL(document.file, ROOT))
}

/** The file as it is; empty when there is none. */
export function fileAsItIs(document: PrintedDocument): string {
  const path = pathOf(document)
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}

/** The file as it is to be. @throws {Error} when it lacks the markers */
export async function fileAsPrinted(document: PrintedDocument): Promise<string> {
  const { file, marker } = document
  const text = await document.text()
  if (marker === undefined) return text
  const [begin, end] = [`<!-- printed: ${marker} -->\n`, `<!-- end of ${marker} -->`]
  const [before, rest] = cut(fileAsItIs(document), begin)
  const [, after] = cut(rest ?? '', end)
  if (rest === undefined || after === undefined) throw new Error(`${file} needs the lines ${begin.trim()} and ${end}`)
  return `${before}${begin}\n${text}\n${end}${after}`
}

function cut(text: string, at: string): [string, string | undefined] {
  const index = text.indexOf(at)
  return index === -1 ? [text, undefined] : [text.slice(0, index), text.slice(index + at.length)]
}
