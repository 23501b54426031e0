import { describe, expect, it } from 'vitest'
import { farewell } from './connect.ts'
import { parseFlags } from './flags.ts'
import { VERSION } from './version.ts'

const defaults = { plain: false, altScreen: true }

describe('parseFlags', () => {
  it.each<[string[], object]>([
    [[], defaults],
    [['--home', '/x', '--plain'], { ...defaults, home: '/x', plain: true }],
    [
      ['--rpc=tcp://127.0.0.1:1', '--cookie-file', 'c', '--no-alt-screen'],
      { plain: false, altScreen: false, rpc: 'tcp://127.0.0.1:1', cookieFile: 'c' },
    ],
  ])('%j', (args, flags) => {
    expect(parseFlags(args)).toEqual({ kind: 'run', flags })
  })

  it('prints help and version', () => {
    expect(parseFlags(['-h'])).toMatchObject({ kind: 'print', text: expect.stringContaining('Usage: dchat-tui') })
    expect(parseFlags(['--version'])).toEqual({ kind: 'print', text: `dchat-tui ${VERSION}` })
  })

  it.each([
    [['--plian'], /Unknown option '--plian'; did you mean --plain\?/],
    [['--zzz'], /Unknown option '--zzz'\nTry dchat-tui --help/],
    [['extra'], /Unexpected argument 'extra'/],
    [['--home'], /--home/],
  ])('%j is wrong usage', (args, text) => {
    expect(parseFlags(args)).toMatchObject({ kind: 'usage', text: expect.stringMatching(text) })
  })
})

describe('farewell', () => {
  it('says that the daemon runs on and how to stop it', () => {
    expect(farewell(defaults, true, {})).toBe('dchatd keeps running. To stop it: dchat-cli node.stop')
    expect(farewell({ ...defaults, home: "/a b's" }, true, {})).toBe(
      String.raw`dchatd keeps running. To stop it: dchat-cli --home '/a b'\''s' node.stop`,
    )
    expect(farewell(defaults, false, {})).toBe('dchatd was not reached. To start it: dchatd')
    expect(farewell({ ...defaults, home: '/x' }, false, {})).toBe('dchatd was not reached. To start it: dchatd --home /x')
  })

  it('says what the program that started dchatd wants said', () => {
    const env = { DCHAT_FAREWELL: 'The demo ends.' }
    expect(farewell(defaults, true, env)).toBe('The demo ends.')
    expect(farewell(defaults, false, env)).toContain('dchatd was not reached')
  })
})
