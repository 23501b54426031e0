/** The files of the repository, as git knows them, tracked or about to be. */
import { execFileSync } from 'node:child_process'
import { existsSync, lstatSync } from 'node:fs'
import { join } from 'node:path'

export const ROOT: string = join(import.meta.dirname, '../../..')

/** Paths below the repository. What is ignored, deleted or no plain file is left out. */
export function repositoryFiles(root: string = ROOT): string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  return [...new Set(listed.split('\0'))].filter((file) => file !== '' && isPlain(join(root, file)))
}

function isPlain(path: string): boolean {
  return existsSync(path) && lstatSync(path).isFile()
}
