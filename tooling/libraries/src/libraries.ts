/** The packages of this repository that are published, and their entries. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Entry {
  /** As it is imported. */
  readonly name: string
  /** Of the package. */
  readonly folder: string
  /** Its built types. */
  readonly types: string
}

const PACKAGES = fileURLToPath(new URL('../../../packages/', import.meta.url))

function entry(name: string, folder: string, types: string): Entry {
  return { name, folder: join(PACKAGES, folder), types: join(PACKAGES, folder, 'dist', types) }
}

export const ENTRIES: readonly Entry[] = [
  entry('@dchat/serial', 'serial', 'index.d.ts'),
  entry('@dchat/net', 'net', 'index.d.ts'),
  entry('@dchat/net/testing', 'net', 'testing.d.ts'),
]
