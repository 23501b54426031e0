/** A version is made of changesets: `pnpm exec changeset version`, tried on a copy of what it reads. */
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { LIBRARIES, ROOT } from '../src/libraries.ts'
import { runProgram } from '../src/run-program.ts'

const READ = [
  'package.json',
  'pnpm-workspace.yaml',
  '.changeset',
  'packages/*/{package.json,CHANGELOG.md}',
  '{apps,tooling}/*/package.json',
]
const CHANGE = "---\n'@dchat/serial': patch\n---\n\nReads what it could not.\n"

class WorkspaceCopy implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'dchat-versions-'))

  constructor() {
    for (const path of globSync(READ, { cwd: ROOT })) cpSync(join(ROOT, path), join(this.folder, path), { recursive: true })
  }

  version(): Promise<string> {
    return runProgram(`${ROOT}node_modules/.bin/changeset`, ['version'], { cwd: this.folder })
  }

  /** By the name of the package. */
  versions(): Map<string, string> {
    const manifests = globSync('{packages,apps,tooling}/*/package.json', { cwd: this.folder })
    return new Map(
      manifests.map((path) => {
        const { name, version } = JSON.parse(readFileSync(join(this.folder, path), 'utf8')) as { name: string; version: string }
        return [name, version]
      }),
    )
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

test('a changeset makes a version and a line of the changelog, and leaves what is private alone', async () => {
  using copy = new WorkspaceCopy()
  const before = copy.versions()
  writeFileSync(join(copy.folder, '.changeset/tried.md'), CHANGE)
  await copy.version()
  const changed = [...copy.versions()].filter(([name, version]) => before.get(name) !== version).map(([name]) => name)
  const names = new Set(LIBRARIES.map(({ name }) => name))
  expect(changed.every((name) => names.has(name))).toBe(true)
  expect(changed).toContain('@dchat/serial')
  expect(globSync('.changeset/*.md', { cwd: copy.folder })).toEqual(['.changeset/README.md'])
  const changes = readFileSync(join(copy.folder, 'packages/serial/CHANGELOG.md'), 'utf8')
  expect(changes).toContain(`## ${copy.versions().get('@dchat/serial')}\n`)
  expect(changes).toContain('Reads what it could not.')
})
