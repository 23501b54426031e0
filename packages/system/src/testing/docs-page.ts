/** Pages of docs/, for tests that hold them against the code. */
import { readFileSync } from 'node:fs'

/** The text of a page, such as `errors.md`. */
export function docsPage(name: string): string {
  return readFileSync(new URL(`../../../../docs/${name}`, import.meta.url), 'utf8')
}

/** The cells of the table rows in a text whose first cell is a code. */
export function codeRows(text: string): string[][] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.slice(2, -2).split(' | '))
}
