/** Looks for words in every file of a folder: what may be nowhere there, or has to be. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Files below `folder` in which any of `words` stands as UTF-8, relative to it. Sockets and what goes away meanwhile are left out. */
export function filesWith(folder: string, words: readonly string[]): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => {
      const bytes = contentOf(path)
      return words.some((word) => bytes.includes(word))
    })
    .map((path) => path.slice(folder.length + 1))
    .toSorted()
}

function contentOf(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0)
    throw error
  }
}
