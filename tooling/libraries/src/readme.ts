/** The programs in the README of a library. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The first block of TypeScript: the use in ten lines. */
export function firstUse(folder: string): string {
  const [, code] = /```ts\n([^]*?)```/.exec(readFileSync(join(folder, 'README.md'), 'utf8')) ?? []
  if (code === undefined) throw new Error(`${folder} has no README with a block of TypeScript`)
  return code
}
