import { expect, test } from 'vitest'
import { parseToml, readOverrides } from '@dchat/config'
import { LOG_SECTION, readLogSection, verboseOverride } from './log-section.ts'
import { DAEMON_VARIABLES } from './variables.ts'
import type { LogConfig } from './log-section.ts'

function read(text: string, env: NodeJS.ProcessEnv = {}, verbose = 0): LogConfig {
  const { overrides } = readOverrides([LOG_SECTION], { flags: {}, env, variables: DAEMON_VARIABLES, cwd: '/cwd' })
  const root = parseToml(text, 'f.toml', new Map([...overrides, ...verboseOverride(verbose)]))
  return readLogSection(root, { home: '/home/u', base: '/etc' }, verbose)
}

const USUAL: LogConfig = {
  level: 'info',
  levels: {},
  file: undefined,
  namedBy: undefined,
  format: 'auto',
  rotation: { maxBytes: 10_485_760, maxFiles: 5 },
  verbosity: 0,
}

test('has defaults for everything', () => {
  expect(read('')).toEqual(USUAL)
  expect(read('[log]')).toEqual(USUAL)
})

test('reads every key', () => {
  const text =
    '[log]\nlevel = "warn"\nfile = "a.log"\nformat = "json"\nmax_bytes = 100000\nmax_files = 2\nlevels = {net = "debug"}'
  expect(read(text)).toEqual({
    level: 'warn',
    levels: { net: 'debug' },
    file: '/etc/a.log',
    namedBy: 'f.toml:3: log.file',
    format: 'json',
    rotation: { maxBytes: 100_000, maxFiles: 2 },
    verbosity: 0,
  })
  expect(read('[log.levels]\nrpc = "trace"').levels).toEqual({ rpc: 'trace' })
})

test('the keys of the reference count where [log] does not say otherwise', () => {
  expect(read('log = "~/x.log"\nverbose = 1')).toEqual({
    ...USUAL,
    file: '/home/u/x.log',
    namedBy: 'f.toml:1: log',
    level: 'debug',
  })
  expect(read('verbose = 3').level).toBe('trace')
  expect(read('verbose = 3\n[log]\nlevel = "error"').level).toBe('error')
  expect(read('log = "x"', { DCHAT_LOG_FILE: 'y' })).toMatchObject({ file: '/cwd/y', namedBy: 'DCHAT_LOG_FILE' })
})

test('-v wins over file and variable', () => {
  expect(read('[log]\nlevel = "error"', { DCHAT_LOG_LEVEL: 'warn' }).level).toBe('warn')
  expect(read('[log]\nlevel = "error"', { DCHAT_LOG_LEVEL: 'warn' }, 1)).toMatchObject({ level: 'debug', verbosity: 1 })
  expect(read('', {}, 4)).toMatchObject({ level: 'trace', verbosity: 4 })
})

test('a variable has levels of modules with commas', () => {
  expect(read('', { DCHAT_LOG_LEVELS: 'net=debug, rpc=trace' }).levels).toEqual({ net: 'debug', rpc: 'trace' })
})

test.each([
  ['log = 1', 'f.toml:1: log: must be a table, is a number'],
  ['verbose = "1"', 'f.toml:1: verbose: must be a whole number, is a string'],
  ['[log]\nlevel = "warning"', 'f.toml:2: log.level: must be "error", "warn", "info", "debug" or "trace", is "warning"'],
  ['[log]\nformat = "xml"', 'f.toml:2: log.format: must be "auto", "text", "json" or "journal", is "xml"'],
  ['[log]\nlevels = "debug"', 'f.toml:2: log.levels: must be a table of module to level; for example { net = "debug" }'],
  ['[log]\nlevels = {nte = "debug"}', 'f.toml:2: log.levels: there is no module "nte"; did you mean net?'],
  ['[log]\nlevels = {net = 1}', 'f.toml:2: log.levels: net: must be one of error, warn, info, debug, trace'],
  ['[log]\nmax_bytes = 1', 'f.toml:2: log.max_bytes: must be a whole number from 65536'],
  ['[log]\nmax_files = 0', 'f.toml:2: log.max_files: must be a whole number from 1 to 1000, is 0'],
  ['[log]\nlevle = "debug"', 'f.toml:2: log.levle: unknown key; did you mean level?'],
])('%j is refused', (text, message) => {
  expect(() => read(text)).toThrow(message)
})

test.each([
  ['DCHAT_LOG_LEVEL', 'loud', 'DCHAT_LOG_LEVEL: must be "error"'],
  ['DCHAT_LOG_LEVELS', 'net', 'DCHAT_LOG_LEVELS: net: must be one of error'],
  ['DCHAT_LOG_MAX_FILES', 'many', 'DCHAT_LOG_MAX_FILES: must be a whole number from 1 to 1000, is "many"'],
])('%s=%s is refused by its name', (name, text, message) => {
  expect(() => read('', { [name]: text })).toThrow(message)
})
