import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { codeFolder } from './guard-process.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dchat-guard-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** What a guarded process of its own says of itself; `XDG_CACHE_HOME` is the test's folder. */
function guarded<T>(expression: string, options: object = {}): T {
  const guard = new URL('./guard-process.ts', import.meta.url).href
  const script = `import { readFileSync, statSync, writeFileSync } from 'node:fs'
    import { getCompileCacheDir } from 'node:module'
    import { guardProcess } from ${JSON.stringify(guard)}
    guardProcess(${JSON.stringify(options)})
    console.log(JSON.stringify(${expression}))`
  const args = ['--input-type=module', '--conditions=@dchat/source', '-e', script, 'said-on-the-command-line']
  const env = { XDG_CACHE_HOME: folder, SECRET: 'in the environment', FOLDER: folder }
  return JSON.parse(execFileSync(process.execPath, args, { env, encoding: 'utf8' })) as T
}

test('what is written is for its owner alone', () => {
  const mode = "(writeFileSync(process.env.FOLDER + '/file', ''), statSync(process.env.FOLDER + '/file').mode & 0o777)"
  expect(guarded(mode)).toBe(0o600)
})

test.skipIf(!existsSync('/proc/self/coredump_filter'))('a core dump holds no memory', () => {
  expect(guarded("Number('0x' + readFileSync('/proc/self/coredump_filter', 'utf8'))")).toBe(0)
})

test('a diagnostic report has no environment', () => {
  expect(guarded<string>('JSON.stringify(process.report.getReport())')).not.toContain('in the environment')
})

test.skipIf(!existsSync('/proc/self/cmdline'))('a title takes the place of the command line', () => {
  const commandLine = "readFileSync('/proc/self/cmdline', 'utf8')"
  expect(guarded(commandLine)).toContain('said-on-the-command-line')
  expect(guarded<string>(commandLine, { title: 'dchat-cli' }).replaceAll('\0', '')).toBe('dchat-cli')
})

describe('compiled code', () => {
  test('is kept in a folder that only this user can read and write', () => {
    expect(guarded<string>('getCompileCacheDir()').startsWith(join(folder, 'dchat'))).toBe(true)
    expect(readdirSync(join(folder, 'dchat'))).toHaveLength(1)
  })

  test.each(['755', '770', '777'])('is not kept in a folder of mode %s', (mode) => {
    mkdirSync(join(folder, 'dchat'))
    chmodSync(join(folder, 'dchat'), Number.parseInt(mode, 8))
    expect(guarded('getCompileCacheDir() ?? null')).toBeNull()
    expect(readdirSync(join(folder, 'dchat'))).toEqual([])
  })

  test('has its folder below DCHAT_HOME, in XDG_CACHE_HOME, or in the home of the user', () => {
    const [DCHAT_HOME, XDG_CACHE_HOME, HOME] = ['/srv/dchat', '/cache', '/home/ann']
    expect(codeFolder({ DCHAT_HOME, XDG_CACHE_HOME, HOME })).toBe('/srv/dchat/cache')
    expect(codeFolder({ DCHAT_HOME: '', XDG_CACHE_HOME, HOME })).toBe('/cache/dchat')
    expect(codeFolder({ XDG_CACHE_HOME: 'relative', HOME })).toBe('/home/ann/.cache/dchat')
    expect(codeFolder({})).toBe(join(homedir(), '.cache/dchat'))
  })
})

test.each(['dchatd', 'dchat-cli', 'dchat-tui', 'lilith'])('%s starts with it', (name) => {
  const launcher = readFileSync(new URL(`../../../apps/${name}/bin/${name}.js`, import.meta.url), 'utf8')
  expect(launcher.indexOf('guardProcess(')).toBeGreaterThan(0)
  expect(launcher.indexOf('guardProcess(')).toBeLessThan(launcher.indexOf("import('../dist/main.js')"))
})
