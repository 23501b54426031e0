/** A library as it would be published. */
import { mkdtempSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Library } from './libraries.ts'
import { runPnpm, runProgram } from './run-program.ts'

export interface PackedLibrary {
  readonly name: string
  /** Path of the tarball. */
  readonly file: string
  readonly bytes: number
  /** What is in it, sorted. */
  readonly paths: readonly string[]
}

/** What `package.json` says, as far as somebody looks. */
export interface PublishedManifest {
  readonly name: string
  readonly version: string
  readonly [field: string]: unknown
}

/** Packs a library that was built. @param into a folder for the tarball */
export async function packLibrary({ name, folder }: Library, into: string): Promise<PackedLibrary> {
  const said = await runPnpm(['pack', '--json', '--pack-destination', into], { cwd: folder })
  const { filename, files } = JSON.parse(said) as { filename: string; files: readonly { path: string }[] }
  const file = join(into, filename.slice(filename.lastIndexOf('/') + 1))
  return { name, file, bytes: readFileSync(file).length, paths: files.map(({ path }) => path).toSorted() }
}

/** Unpacks a tarball. @param into a folder for the new one @returns the folder of the package */
export async function unpackLibrary({ file }: PackedLibrary, into: string): Promise<string> {
  const folder = mkdtempSync(join(into, 'unpacked-'))
  await runProgram('tar', ['-xzf', file, '-C', folder], { cwd: '/' })
  return join(folder, 'package')
}

/** The `package.json` within a tarball. */
export async function manifestOf({ file }: PackedLibrary): Promise<PublishedManifest> {
  return JSON.parse(await runProgram('tar', ['-xOzf', file, 'package/package.json'], { cwd: '/' })) as PublishedManifest
}
