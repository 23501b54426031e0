import { expect, test } from 'vitest'
import { ExitCode, FlagError } from './errors.ts'
import { COMMON_FLAGS, parseCommand } from './flags.ts'
import type { CommandLine } from './flags.ts'
import { helpText, verbHelp } from './help.ts'

const SPECS = {
  ...COMMON_FLAGS,
  seeds: { kind: 'list', value: 'URL', help: 'Seeds' },
  slots: { kind: 'integer', value: 'N', min: 0, max: 10, help: 'Slots' },
  localnet: { kind: 'boolean', help: 'Local' },
} as const

const VERBS = {
  run: { help: 'Run it' },
  check: { help: 'Check it', flags: { print: { kind: 'boolean', help: 'Print it' } } },
  token: { help: 'Make one', argument: 'NAME', flags: { print: { kind: 'boolean', help: 'Print it' } } },
} as const

const parse = (args: readonly string[]): CommandLine<typeof SPECS> =>
  parseCommand(args, { flags: SPECS, verbs: VERBS, usualVerb: 'run' })
const parseFlags = (args: readonly string[]): CommandLine<typeof SPECS>['flags'] => parse(args).flags

test('without flags everything has its empty value', () => {
  expect(parseFlags([])).toEqual({
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
  expect(parseFlags(args).verbose).toBe(count)
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
  expect(parseFlags(args)).toMatchObject(values)
})

test.each([
  [['--sedes', 'x'], 'FLAG_UNKNOWN', '--sedes: unknown flag; did you mean --seeds?'],
  [['--whatever'], 'FLAG_UNKNOWN', '--whatever: unknown flag; see --help'],
  [['-x'], 'FLAG_UNKNOWN', '-x: unknown flag; see --help'],
  [['-vx'], 'FLAG_UNKNOWN', '-x: unknown flag; see --help'],
  [['--toString'], 'FLAG_UNKNOWN', '--toString: unknown flag; see --help'],
  [['--no-localnet'], 'FLAG_UNKNOWN', '--no-localnet: unknown flag; did you mean --localnet?'],
  [['start'], 'FLAG_UNKNOWN_VERB', 'start: there is no such verb; there are run, check, token'],
  [['chekc'], 'FLAG_UNKNOWN_VERB', 'chekc: there is no such verb; did you mean check?'],
  [['toString'], 'FLAG_UNKNOWN_VERB', 'toString: there is no such verb; there are run, check, token'],
  [['run', 'x'], 'FLAG_UNEXPECTED_ARGUMENT', 'x: unexpected argument; see --help'],
  [['token', 'a', 'b'], 'FLAG_UNEXPECTED_ARGUMENT', 'b: unexpected argument; see --help'],
  [['run', '--', '-v'], 'FLAG_UNEXPECTED_ARGUMENT', '-v: unexpected argument; see --help'],
  [['--print'], 'FLAG_UNKNOWN', '--print: is no flag of run; it belongs to check and token'],
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
      return parseFlags(args)
    } catch (thrown) {
      return thrown
    }
  })()
  expect(error).toBeInstanceOf(FlagError)
  expect(error).toMatchObject({ code, message, exitCode: ExitCode.usage })
})

test.each<[readonly string[], object]>([
  [[], { verb: 'run', argument: undefined }],
  [['check', '--print', '-v'], { verb: 'check', flags: { print: true, verbose: 1 } }],
  [['-v', '--print', 'check'], { verb: 'check', flags: { print: true, verbose: 1 } }],
  [['--seeds', 'check', 'run'], { verb: 'run', flags: { seeds: ['check'] } }],
  [['-c', 'x', 'token', 'me', '--print'], { verb: 'token', argument: 'me', flags: { config: 'x' } }],
])('%j is a verb with flags', (args, command) => {
  expect(parse(args)).toMatchObject(command)
})

const HELP = {
  program: 'prog',
  summary: 'a program',
  verbs: VERBS,
  usualVerb: 'run',
  groups: {
    General: COMMON_FLAGS,
    More: { 'long-name': { kind: 'string', value: 'URL', help: `Much ${'text '.repeat(40)}end` } },
  },
  examples: [['prog -v', 'Say more.']],
  notes: ['A note.'],
  exitCodes: [
    [0, 'done'],
    [2, 'usage'],
  ],
} as const

test('help shows every verb and flag, aligned and within 100 columns', () => {
  const text = helpText(HELP)
  const lines = text.split('\n')
  expect(lines.slice(0, 10)).toEqual([
    'prog: a program',
    '',
    'Usage: prog [VERB] [FLAGS]',
    '',
    'Verbs:',
    '  run                  Run it (when no verb is given)',
    '  check                Check it',
    '  token [NAME]         Make one',
    '',
    'General:',
  ])
  expect(text).toContain('\n  -v, --verbose        Say more')
  expect(text).toContain('\n      --long-name URL  Much text')
  expect(lines.filter((line) => line.length > 100)).toEqual([])
  expect(text.endsWith('Examples:\n  prog -v\n      Say more.\n\nA note.\n\nExit codes: 0 done, 2 usage.\n')).toBe(true)
})

test('help of a verb shows its own flags first', () => {
  const text = verbHelp(HELP, 'token')
  expect(text.startsWith('prog token: Make one\n\nUsage: prog token [NAME] [FLAGS]\n\nFlags of token:\n      --print')).toBe(true)
  expect(text).toContain('\nGeneral:\n')
  expect(verbHelp(HELP, 'run')).not.toContain('Flags of')
})
