import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FlagError } from './errors.ts'
import { LOG_LEVELS } from './log-levels.ts'
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
    expect(log.levels.level).toBe(level)
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
    /^\d{4}-\d\d-\d\dT[\d:.]+Z WARN {2}Peer left nick="a␛b␊ERROR fake" plain=word spaced="two words" empty="" count=3 list=\["a"\]\n$/,
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

test.each([
  ['a terminal', {}, true],
  ['a terminal, with NO_COLOR', { NO_COLOR: '1' }, false],
  ['a terminal, with NO_COLOR set to nothing', { NO_COLOR: '' }, true],
  ['a terminal that can do little', { TERM: 'dumb' }, false],
])('standard error is %s: time of day, and colour where it is wanted', (_, env, isColoured) => {
  const said = run(`createLogger({ env: ${JSON.stringify(env)} }).info('hello')`, { isOnTerminal: true }).stdout
  const colour = isColoured ? '\u001b[32mINFO \u001b[0m' : 'INFO '
  expect(said.replace(/^[\d:]{8}\.\d{3}/, 'TIME')).toBe(`TIME ${colour} hello\r\n`)
})

test('text that goes to no terminal has no colour', () => {
  expect(run(`createLogger({ format: 'text', env: {} }).info('hello')`).stderr).toMatch(/^[\d:.]+ INFO {2}hello\n$/)
  expect(logged({ format: 'text', env: {} }, (log) => log.info('x'))).not.toContain('\u001b')
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
    const log = createLogger({ file: '/dev/full' })
    log.info('one')
    log.info('two')
    await new Promise((resolve) => setImmediate(resolve))
    console.log(log.lostLines)`
  const { stdout, stderr, status } = run(script)
  expect({ stdout, status }).toEqual({ stdout: '2\n', status: 0 })
  expect(stderr).toMatch(/^the log \/dev\/full cannot be written: ENOSPC[^\n]*\n$/)
})

test('standard error gets JSON when it is no terminal, also under the variable of another journal', () => {
  const script = `
    createLogger({ env: { JOURNAL_STREAM: '1:2' } }).info('hello', { a: 1 })
    process.exit(0)`
  expect(JSON.parse(run(script).stderr)).toMatchObject({ level: 'info', msg: 'hello', a: 1 })
})

test('a module has its level, and its name in each line', () => {
  const text = logged({ levels: { net: 'debug', rpc: 'error' } }, (log) => {
    const [net, rpc, store] = [log.child('net'), log.child('rpc'), log.child('store')]
    for (const one of [log, net, rpc, store]) for (const at of LOG_LEVELS) one[at](at)
  })
  const rows = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { module?: string; msg: string })
  const said = (module?: string): string[] => rows.filter((row) => row.module === module).map(({ msg }) => msg)
  expect(said()).toEqual(['error', 'warn', 'info'])
  expect(said('net')).toEqual(['error', 'warn', 'info', 'debug'])
  expect(said('rpc')).toEqual(['error'])
  expect(said('store')).toEqual(['error', 'warn', 'info'])
})

test('levels change while loggers are in use: of one module, then of all', () => {
  const text = logged({ levels: { net: 'debug' } }, (log) => {
    const [net, rpc] = [log.child('net'), log.child('rpc')]
    const say = (n: number): void => [log, net, rpc].forEach((one, index) => one.debug(`${n}${'lnr'[index]}`))
    say(1)
    log.setLevel('trace', 'rpc')
    say(2)
    log.setLevel('debug')
    say(3)
    log.setLevel('error')
    say(4)
    expect(log.levels.level).toBe('error')
    log.levels.setAll('info', { rpc: 'debug' })
    say(5)
    expect([log.levels.level, log.levels.levelOf('net'), log.levels.levelOf('rpc')]).toEqual(['info', 'info', 'debug'])
  })
  expect(text.match(/(?<="msg":")\w+/g)).toEqual(['1n', '2n', '2r', '3l', '3n', '3r', '5r'])
})

test('lines are counted by level, whichever module says them', () => {
  logged({ verbosity: 1 }, (log) => {
    log.info('a')
    log.child('net').info('b')
    log.child('net').debug('c')
    log.trace('not said')
    expect(log.lineCounts).toEqual({ error: 0, warn: 0, info: 2, debug: 1, trace: 0 })
  })
})

/** Runs `script`, which may call createLogger; on a terminal, all it says is on stdout. */
function run(
  script: string,
  { isOnTerminal = false }: { isOnTerminal?: boolean } = {},
): { stdout: string; stderr: string; status: number | null } {
  const source = `import { createLogger } from ${JSON.stringify(new URL('./logging.ts', import.meta.url).href)}\n${script}`
  const program = join(folder, 'script.mjs')
  writeFileSync(program, source)
  const args = ['--conditions=@dchat/source', program]
  if (!isOnTerminal) return spawnSync(process.execPath, args, { encoding: 'utf8' })
  const command = [process.execPath, ...args].map((arg) => `'${arg}'`).join(' ')
  return spawnSync('script', ['-qec', command, '/dev/null'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

test('other options hold at once, for loggers that are in use too', () => {
  const next = join(folder, 'next.log')
  const log = createLogger({ file, env: {}, level: 'warn' })
  const child = log.child('net')
  child.info('unsaid')
  log.configure({ file: next, env: {}, format: 'text', level: 'info', levels: { net: 'debug' } })
  child.debug('said')
  log.debug('unsaid')
  log.info('also said')
  expect(readFileSync(file, 'utf8')).toBe('')
  expect(readFileSync(next, 'utf8')).toMatch(/ debug .*said.*\n.* info .*also said\n$/i)
  expect(() => log.configure({ file: folder, namedBy: 'f.toml:1: log.file' })).toThrow(/^f\.toml:1: log\.file: ".*" is a folder/)
  log.info('still here')
  log.close()
  expect(readFileSync(next, 'utf8')).toContain('still here')
})
