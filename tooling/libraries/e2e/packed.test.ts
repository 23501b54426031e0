/** The libraries as they would be published: packed, looked at, installed elsewhere and used there. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brokenLinks } from '@dchat/book/links'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BUDGETS } from '../src/budgets.ts'
import { ConsumerProject } from '../src/consumer-project.ts'
import { LIBRARIES, ROOT } from '../src/libraries.ts'
import { manifestOf, packLibrary, unpackLibrary } from '../src/packed-library.ts'
import type { PackedLibrary } from '../src/packed-library.ts'
import { firstUse } from '../src/readme.ts'
import { runProgram } from '../src/run-program.ts'

const BIN = `${ROOT}tooling/libraries/node_modules/.bin/`
const NAMES = LIBRARIES.map(({ name }) => name)
const folder = mkdtempSync(join(tmpdir(), 'dchat-packed-'))
const packed = new Map<string, PackedLibrary>()

beforeAll(async () => {
  for (const library of LIBRARIES) packed.set(library.name, await packLibrary(library, folder))
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What an entry and all it loads take, minified into one file. */
async function minifiedBytes(entry: string, external: string[]): Promise<number> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    external,
    write: false,
  })
  return outputFiles[0]!.contents.length
}

describe.each(NAMES)('%s', (name) => {
  const library = LIBRARIES.find((each) => each.name === name)!
  const budget = BUDGETS[name]!

  test('holds what is built, its licence, its changes and its README, and nothing else', () => {
    const { paths } = packed.get(name)!
    const others = paths.filter(
      (path) => !/^dist\/[a-z\d-]+(?:\.d\.ts|\.js)$/.test(path) && path !== 'dist/third-party-licences.txt',
    )
    expect(others).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json'])
    for (const { types, module } of library.entries) expect(paths).toEqual(expect.arrayContaining([types, module]))
  })

  test('says what it is, and nothing of this repository', async () => {
    const manifest = await manifestOf(packed.get(name)!)
    expect(manifest).toMatchObject({ license: 'MIT', type: 'module', sideEffects: false, engines: { node: '>=24' } })
    expect(manifest['keywords']).not.toEqual([])
    expect(manifest).not.toHaveProperty('private')
    const entries = ['.', ...library.entries.slice(1).map((entry) => entry.name.replace(name, '.')), './package.json']
    expect(Object.keys(manifest['exports'] as object)).toEqual(entries)
    expect(JSON.stringify(manifest)).not.toMatch(/source|workspace:/)
  })

  test('has no link that leads out of it', async () => {
    expect(brokenLinks(await unpackLibrary(packed.get(name)!, folder))).toEqual([])
  })

  test('is as small as its budget says', async () => {
    const { bytes } = packed.get(name)!
    const { dependencies = {} } = await manifestOf(packed.get(name)!)
    expect(bytes).toBeLessThanOrEqual(budget.tarballBytes)
    expect(Object.keys(dependencies as object).length).toBeLessThanOrEqual(budget.dependencies)
    expect(Object.keys(budget.minifiedBytes)).toEqual(library.entries.map((entry) => entry.name))
    const external = Object.keys(dependencies as object)
    const sizes = library.entries.map(async ({ name: of, module }) => [
      of,
      await minifiedBytes(join(library.folder, module), external),
    ])
    const tooLarge = ((await Promise.all(sizes)) as [string, number][]).filter(([of, size]) => size > budget.minifiedBytes[of]!)
    expect(tooLarge).toEqual([])
  })

  test('has nothing that publint objects to', async () => {
    expect(await runProgram(`${BIN}publint`, ['run', packed.get(name)!.file, '--strict'], { cwd: folder })).toContain('All good!')
  })

  test('has types that fit what runs, however they are looked up', async () => {
    const said = await runProgram(`${BIN}attw`, ['--profile', 'esm-only', '--format', 'json', packed.get(name)!.file], {
      cwd: folder,
    })
    const { analysis } = JSON.parse(said) as {
      analysis: { entrypoints: Record<string, { resolutions: Record<string, unknown> }> }
    }
    expect(Object.keys(analysis.entrypoints)).toHaveLength(library.entries.length + 1)
  })
})

test('installed elsewhere, the first program of each README runs, and its types and those of the libraries fit', async () => {
  using project = await ConsumerProject.with([...packed.values()])
  for (const { name, folder: home } of LIBRARIES) project.write(`use-${name.slice('@dchat/'.length)}.ts`, firstUse(home))
  project.copy(`${ROOT}tooling/libraries/src/consumer`, 'types')
  expect(await project.run('use-serial.ts')).toBe("[ 'tcp://127.0.0.1:31448/' ]\n")
  expect(await project.run('use-net.ts')).toBe('hello, alice\n')
  expect(await project.checkTypes('nodenext')).toBe('')
  expect(await project.checkTypes('bundler')).toBe('')
})

test('installed elsewhere, two nodes meet over TLS, bundled too: what is loaded late is there', async () => {
  using project = await ConsumerProject.with([...packed.values()])
  const tls = firstUse(LIBRARIES.find(({ name }) => name === '@dchat/net')!.folder)
    .replace("'tcp://127.0.0.1:0'", "'tcp+tls://127.0.0.1:0'")
    .replaceAll('localnet: true', "localnet: true, activeProfiles: ['tcp+tls']")
  project.write('use-tls.ts', tls)
  expect(await project.run('use-tls.ts')).toBe('hello, alice\n')
  // In a program of its user: nothing that is needed was dropped, and what is loaded late is a file by itself.
  await build({
    absWorkingDir: project.folder,
    entryPoints: ['use-tls.ts'],
    outdir: 'bundled',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  })
  rmSync(join(project.folder, 'node_modules'), { recursive: true })
  expect(await project.run('bundled/use-tls.js')).toBe('hello, alice\n')
})

test('what a README names of the repository is there', () => {
  for (const { folder: home } of LIBRARIES) {
    const readme = readFileSync(join(home, 'README.md'), 'utf8')
    const paths = Array.from(readme.matchAll(/`((?:docs|etc)\/[\w./-]+)`/g), ([, path]) => path!)
    expect(paths.length).toBeGreaterThan(1)
    expect(paths.filter((path) => !existsSync(join(path.startsWith('etc/') ? home : ROOT, path)))).toEqual([])
  }
})

test('a README begins with ten lines that are all one needs', () => {
  for (const { folder: home } of LIBRARIES) {
    const lines = firstUse(home).split('\n')
    expect(lines.filter((line) => line !== '').length).toBeLessThanOrEqual(10)
    expect(readFileSync(join(home, 'README.md'), 'utf8').indexOf('```')).toBeLessThan(600)
  }
})
