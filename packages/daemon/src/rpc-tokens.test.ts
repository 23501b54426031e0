import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseToml } from '@dchat/config'
import { readTokens, tokenWarnings, unknownMethods } from './rpc-tokens.ts'

const HEX = 'ab'.repeat(32)
const HASH = `hash = "sha256:${HEX}"`

let base = ''
beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'dchat-tokens-'))
  writeFileSync(join(base, 'good'), `sha256:${HEX.toUpperCase()}\n`)
  writeFileSync(join(base, 'bad'), 'secret')
})
afterAll(() => rmSync(base, { recursive: true }))

const read = (text: string): ReturnType<typeof readTokens> =>
  readTokens(parseToml(`[rpc]\n${text}`, 'f.toml').section('rpc'), { home: '/home/u', base, rateLimit: 100 })

const token = (...lines: string[]): string => ['[[rpc.token]]', ...lines, ''].join('\n')

test('without tables there are none', () => {
  expect(read('')).toEqual([])
})

test('reads each table, the hash also from a file', () => {
  const text = token('name = "a"', HASH, 'methods = ["readonly", "chat.*"]', 'rate_limit = 5')
  expect(read(text + token('name = "b.c_d-1"', 'hash_file = "good"', 'methods = ["*"]'))).toEqual([
    { name: 'a', sha256: HEX, methods: ['readonly', 'chat.*'], rateLimit: 5 },
    { name: 'b.c_d-1', sha256: HEX, methods: ['*'], rateLimit: 100 },
  ])
})

test.each([
  ['token = 1', 'f.toml:2: rpc.token: must be a list, is a number'],
  ['token = ["x"]', 'f.toml:2: rpc.token: item 1 must be a table, is a string'],
  [token(HASH, 'methods = ["ping"]'), 'f.toml:2: rpc.token.name: must be set'],
  [token('name = "a b"', HASH, 'methods = ["ping"]'), 'f.toml:3: rpc.token.name: must have 1 to 64 letters'],
  [token('name = "a"', HASH), 'f.toml:2: rpc.token.methods: must be set'],
  [token('name = "a"', HASH, 'methods = []'), 'f.toml:5: rpc.token.methods: is empty; name what the token may ask'],
  [token('name = "a"', HASH, 'methods = ["Ping!"]'), 'f.toml:5: rpc.token.methods: "Ping!" is no method'],
  [token('name = "a"', HASH, 'methods = ["*.send"]'), 'f.toml:5: rpc.token.methods: "*.send" is no method'],
  [token('name = "a"', 'methods = ["ping"]'), 'f.toml:2: rpc.token.hash: must be set'],
  [token('name = "a"', 'hash = "secret"', 'methods = ["ping"]'), 'f.toml:4: rpc.token.hash: must be "sha256:" and 64 hex digits'],
  [token('name = "a"', HASH, 'hash_file = "good"', 'methods = ["ping"]'), 'f.toml:5: rpc.token.hash_file: there is hash too'],
  [token('name = "a"', 'hash_file = "none"', 'methods = ["ping"]'), 'none" cannot be read (ENOENT)'],
  [token('name = "a"', 'hash_file = "bad"', 'methods = ["ping"]'), 'bad" must be "sha256:" and 64 hex digits'],
  [
    token('name = "a"', HASH, 'methods = ["ping"]', 'metods = 1'),
    'f.toml:6: rpc.token.metods: unknown key; did you mean methods?',
  ],
  [token('name = "a"', HASH, 'methods = ["ping"]', 'rate_limit = 0'), 'f.toml:6: rpc.token.rate_limit: must be a whole number'],
  [
    token('name = "a"', HASH, 'methods = ["ping"]') + token('name = "a"', HASH, 'methods = ["ping"]'),
    'f.toml:7: rpc.token.name: there is a token "a" already',
  ],
])('%j is refused', (text, message) => {
  expect(() => read(text)).toThrow(message)
})

test('a file with a hash that does not fit is not shown', () => {
  expect(() => read(token('name = "a"', 'hash_file = "bad"', 'methods = ["ping"]'))).not.toThrow('secret')
})

const KNOWN = ['ping', 'chat.send', 'chat.history']

test('methods that do not exist are named, with what was meant', () => {
  expect(unknownMethods(['*', 'readonly', 'chat.*', 'chat.send', 'ping'], KNOWN)).toEqual([])
  expect(unknownMethods(['chat.sned', 'p2p.*'], KNOWN)).toEqual([
    { pattern: 'chat.sned', nearest: 'chat.send' },
    { pattern: 'p2p.*', nearest: undefined },
  ])
  expect(tokenWarnings([{ name: 'a', sha256: HEX, methods: ['chat.sned'], rateLimit: 1 }], KNOWN)).toEqual([
    'the token "a": there is no method "chat.sned"; did you mean chat.send?',
  ])
})
