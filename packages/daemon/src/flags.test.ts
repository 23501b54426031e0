import { expect, test } from 'vitest'
import { ExitCode, FlagError } from './errors.ts'
import { COMMON_FLAGS, flagValue, parseFlags } from './flags.ts'
import { helpText } from './help.ts'
import { parseEndpoint } from './values.ts'

const SPECS = {
  ...COMMON_FLAGS,
  seeds: { kind: 'list', value: 'URL', help: 'Seeds' },
  slots: { kind: 'integer', value: 'N', min: 0, max: 10, help: 'Slots' },
  localnet: { kind: 'boolean', help: 'Local' },
} as const

test('without flags everything has its empty value', () => {
  expect(parseFlags([], SPECS)).toEqual({
    config: undefined,
    home: undefined,
    log: undefined,
    verbose: 0,
    help: false,
    version: false,
    seeds: undefined,
    slots: undefined,
    localnet: false,
  })
})

test.each([
  [['-v'], 1],
  [['-vv'], 2],
  [['-vvv'], 3],
  [['-v', '-vv'], 3],
  [['--verbose', '--verbose'], 2],
  [['-vvvv'], 4],
])('%j counts to %i', (args, count) => {
  expect(parseFlags(args, SPECS).verbose).toBe(count)
})

test.each([
  [['-c', 'x.toml'], { config: 'x.toml' }],
  [['--config=x.toml'], { config: 'x.toml' }],
  [['-cx.toml'], { config: 'x.toml' }],
  [['-vvc', 'x.toml'], { config: 'x.toml', verbose: 2 }],
  [['-l', '/tmp/log', '--home', '/h'], { log: '/tmp/log', home: '/h' }],
  [['--seeds', 'a,b', '--seeds', 'c'], { seeds: ['a', 'b', 'c'] }],
  [['--seeds', ' a , ,b,'], { seeds: ['a', 'b'] }],
  [['--seeds', ''], { seeds: [] }],
  [['--slots', '10'], { slots: 10 }],
  [['--slots=0', '--localnet'], { slots: 0, localnet: true }],
  [['-h'], { help: true }],
  [['--version'], { version: true }],
  [['--log=-v'], { log: '-v' }],
  [['--log', '-'], { log: '-' }],
])('%j', (args, values) => {
  expect(parseFlags(args, SPECS)).toMatchObject(values)
})

test.each([
  [['--sedes', 'x'], 'FLAG_UNKNOWN', '--sedes: unknown flag; did you mean --seeds?'],
  [['--whatever'], 'FLAG_UNKNOWN', '--whatever: unknown flag; see --help'],
  [['-x'], 'FLAG_UNKNOWN', '-x: unknown flag; see --help'],
  [['-vx'], 'FLAG_UNKNOWN', '-x: unknown flag; see --help'],
  [['--toString'], 'FLAG_UNKNOWN', '--toString: unknown flag; see --help'],
  [['--no-localnet'], 'FLAG_UNKNOWN', '--no-localnet: unknown flag; did you mean --localnet?'],
  [['start'], 'FLAG_UNEXPECTED_ARGUMENT', 'start: unexpected argument; see --help'],
  [['--', '-v'], 'FLAG_UNEXPECTED_ARGUMENT', '-v: unexpected argument; see --help'],
  [['-c'], 'FLAG_VALUE_MISSING', '-c: needs a value: -c FILE'],
  [['-c', '-v'], 'FLAG_VALUE_MISSING', '-c: needs a value: -c FILE'],
  [['--home', ''], 'FLAG_VALUE_MISSING', '--home: needs a value: --home DIR'],
  [['--slots='], 'FLAG_VALUE_MISSING', '--slots: needs a value: --slots N'],
  [['--slots', '11'], 'FLAG_VALUE', '--slots: must be a whole number from 0 to 10, is "11"'],
  [['--slots', '1e1'], 'FLAG_VALUE', '--slots: must be a whole number from 0 to 10, is "1e1"'],
  [['--slots=-1'], 'FLAG_VALUE', '--slots: must be a whole number from 0 to 10, is "-1"'],
  [['--slots', '1', '--slots', '2'], 'FLAG_REPEATED', '--slots: is given more than once'],
  [['-c', 'a', '--config', 'b'], 'FLAG_REPEATED', '--config: is given more than once'],
  [['--localnet=false'], 'FLAG_VALUE', '--localnet: takes no value'],
  [['--seeds', 'a,'.repeat(1001)], 'FLAG_VALUE', '--seeds: takes at most 1000 values; put them in the configuration file'],
])('%j is refused', (args, code, message) => {
  const error = (() => {
    try {
      return parseFlags(args, SPECS)
    } catch (thrown) {
      return thrown
    }
  })()
  expect(error).toBeInstanceOf(FlagError)
  expect(error).toMatchObject({ code, message, exitCode: ExitCode.usage })
})

test('values are checked like those of the file', () => {
  expect(flagValue('seeds', 'tcp://a:1', parseEndpoint)).toBe('tcp://a:1/')
  expect(() => flagValue('seeds', 'tcp://a', parseEndpoint)).toThrow(
    '--seeds: "tcp://a" has no port; write it as "tcp://host:port"',
  )
})

test('help shows every flag, aligned and within 100 columns', () => {
  const text = helpText({
    program: 'prog',
    summary: 'a program',
    groups: {
      General: COMMON_FLAGS,
      More: { 'long-name': { kind: 'string', value: 'URL', help: `Much ${'text '.repeat(40)}end` } },
    },
    examples: [['prog -v', 'Say more.']],
    notes: ['A note.'],
  })
  const lines = text.split('\n')
  expect(lines.slice(0, 6)).toEqual([
    'prog: a program',
    '',
    'Usage: prog [FLAGS]',
    '',
    'General:',
    '  -c, --config FILE    Configuration file',
  ])
  expect(text).toContain('\n  -v, --verbose        Say more')
  expect(text).toContain('\n      --long-name URL  Much text')
  expect(lines.filter((line) => line.length > 100)).toEqual([])
  expect(text.endsWith('Examples:\n  prog -v\n      Say more.\n\nA note.\n')).toBe(true)
})
