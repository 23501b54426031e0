import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FlagError } from './errors.ts'
import { createLogger } from './logging.ts'
import type { LoggingOptions } from './logging.ts'

let folder = ''
let file = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'daemon-log-'))
  file = join(folder, 'deep/x.log')
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

function logged(options: LoggingOptions, write: (log: ReturnType<typeof createLogger>) => void): string {
  const log = createLogger({ file, env: { NO_COLOR: '1' }, ...options })
  write(log)
  const text = readFileSync(file, 'utf8')
  log.close()
  return text
}

test('a file holds one JSON object a line, at once, for its owner alone', () => {
  const text = logged({}, (log) => {
    log.info('Listening', { address: 'tcp://a:1', count: 2 })
    log.error('Failed', { error: Object.assign(new Error('in use'), { code: 'EADDRINUSE' }) })
  })
  const [first, second] = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(first).toEqual({ level: 'info', time: expect.any(Number) as number, address: 'tcp://a:1', count: 2, msg: 'Listening' })
  expect(second).toMatchObject({ level: 'error', msg: 'Failed', error: { type: 'Error', message: 'in use', code: 'EADDRINUSE' } })
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(statSync(join(folder, 'deep')).mode & 0o777).toBe(0o700)
})

test('an older log is kept', () => {
  logged({}, (log) => log.info('one'))
  expect(
    logged({}, (log) => log.info('two'))
      .trimEnd()
      .split('\n'),
  ).toHaveLength(2)
})

test.each([
  [0, 'info', ['error', 'warn', 'info']],
  [1, 'debug', ['error', 'warn', 'info', 'debug']],
  [2, 'trace', ['error', 'warn', 'info', 'debug', 'trace']],
  [3, 'trace', ['error', 'warn', 'info', 'debug', 'trace']],
  [9, 'trace', ['error', 'warn', 'info', 'debug', 'trace']],
])('verbosity %i', (verbosity, level, levels) => {
  const text = logged({ verbosity }, (log) => {
    expect(log.level).toBe(level)
    for (const at of ['error', 'warn', 'info', 'debug', 'trace'] as const) log[at]('x')
  })
  expect(
    text
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { level: string }).level),
  ).toEqual(levels)
})

test('only -vvv shows long values whole', () => {
  const value = 'x'.repeat(1000)
  expect(logged({ verbosity: 2 }, (log) => log.trace('m', { value }))).not.toContain(value)
  expect(logged({ verbosity: 3 }, (log) => log.trace('m', { value }))).toContain(value)
})

test('text for people is one line a message, whatever peers put into it', () => {
  const text = logged({ format: 'text' }, (log) => {
    log.warn('Peer left', {
      nick: 'a\u001b[31mb\nERROR fake',
      plain: 'word',
      spaced: 'two words',
      empty: '',
      count: 3,
      list: ['a'],
    })
  })
  expect(text).toMatch(
    /^[\d:]{8}\.\d{3} WARN {2}Peer left nick="a␛b␊ERROR fake" plain=word spaced="two words" empty="" count=3 list=\["a"\]\n$/,
  )
})

test('text for people shows an error behind the fields, the stack of a bug below', () => {
  const text = logged({ format: 'text' }, (log) => {
    log.error('Failed', { error: Object.assign(new Error('in use'), { code: 'X' }), port: 1 })
    log.error('Failed', { error: new TypeError('bug') })
    log.error('Failed', { error: 'text' })
  })
  const lines = text.split('\n')
  expect(lines[0]).toMatch(/ERROR Failed port=1 error="in use"$/)
  expect(lines[1]).toMatch(/ERROR Failed error=bug$/)
  expect(lines[2]).toBe('    TypeError: bug')
  expect(lines[3]).toMatch(/^ {8}at /)
  expect(lines.at(-2)).toMatch(/ERROR Failed error=text$/)
})

test('colours are for terminals that want them', () => {
  const write = (log: ReturnType<typeof createLogger>): void => log.info('x')
  expect(logged({ format: 'text', env: {} }, write)).toContain('\u001b[32mINFO \u001b[0m')
  rmSync(file)
  expect(logged({ format: 'text', env: { TERM: 'dumb' } }, write)).not.toContain('\u001b')
})

test('journald gets the level as it wants it, and no time', () => {
  const text = logged({ format: 'journal' }, (log) => {
    log.error('a', { error: Object.assign(new Error('e'), { code: 'X' }) })
    log.warn('b')
    log.info('c')
  })
  expect(text).toBe('<3>a error=e\n<4>b\n<6>c\n')
})

test('nothing is written after close', () => {
  const log = createLogger({ file })
  log.info('one')
  log.close()
  log.close()
  log.info('two')
  expect(readFileSync(file, 'utf8').trimEnd().split('\n')).toHaveLength(1)
})

test('a file that cannot be opened is said in one line', () => {
  const failure = (path: string): unknown => {
    try {
      return createLogger({ file: path })
    } catch (error) {
      return error
    }
  }
  writeFileSync(join(folder, 'file'), '')
  const [isFolder, below, deeper] = [folder, join(folder, 'file/x.log'), join(folder, 'file/deep/x.log')].map(failure)
  expect([isFolder, below, deeper].every((error) => error instanceof FlagError)).toBe(true)
  expect(isFolder).toMatchObject({ message: `--log: "${folder}" is a folder; name a file that can be written` })
  expect(below).toMatchObject({ message: expect.stringContaining('file/x.log" lies below a file') as string })
  expect(deeper).toMatchObject({ message: expect.stringContaining('file/deep/x.log" lies below a file') as string })
})

test('a full disk loses lines, not the daemon', () => {
  const script = `
    import { createLogger } from ${JSON.stringify(new URL('./logging.ts', import.meta.url).href)}
    const log = createLogger({ file: '/dev/full' })
    log.info('one')
    log.info('two')
    await new Promise((resolve) => setImmediate(resolve))
    console.log(log.lostLines)`
  const { stdout, stderr, status } = run(script)
  expect({ stdout, status }).toEqual({ stdout: '2\n', status: 0 })
  expect(stderr).toMatch(/^cannot write to the log \/dev\/full: ENOSPC[^\n]*\n$/)
})

test('standard error gets JSON when it is no terminal, also under the variable of another journal', () => {
  const script = `
    import { createLogger } from ${JSON.stringify(new URL('./logging.ts', import.meta.url).href)}
    createLogger({ env: { JOURNAL_STREAM: '1:2' } }).info('hello', { a: 1 })
    process.exit(0)`
  expect(JSON.parse(run(script).stderr)).toMatchObject({ level: 'info', msg: 'hello', a: 1 })
})

function run(script: string): { stdout: string; stderr: string; status: number | null } {
  return spawnSync(process.execPath, ['--conditions=@dchat/source', '--input-type=module', '-e', script], { encoding: 'utf8' })
}
