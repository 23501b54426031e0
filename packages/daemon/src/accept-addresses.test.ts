import { expect, test } from 'vitest'
import { parseToml, placedList } from '@dchat/config'
import type { PlacedList } from '@dchat/config'
import { acceptWarnings, checkTogether, collides, parseAcceptAddress } from './accept-addresses.ts'
import type { AcceptAddress } from './accept-addresses.ts'

test.each([
  ['tcp://0.0.0.0:26661', 'tcp://0.0.0.0:26661/'],
  ['tcp+tls://[::]:26661', 'tcp+tls://[::]:26661/'],
  ['unix:///run/x.sock', 'unix:///run/x.sock'],
])('%s is listened on as it is', (text, url) => {
  expect(parseAcceptAddress(text)).toEqual({ value: { scheme: text.split(':')[0], url, remark: undefined } })
})

test.each([
  ['tor://127.0.0.1:25551', 'tcp://127.0.0.1:25551/', 'hidden service of your tor'],
  ['tor+tls://localhost:25551', 'tcp+tls://localhost:25551/', 'hidden service of your tor'],
  ['i2p://127.0.0.1:1', 'tcp://127.0.0.1:1/', 'server tunnel of your I2P router'],
  ['i2p+tls://[::1]:1', 'tcp+tls://[::1]:1/', 'server tunnel of your I2P router'],
])('%s is where its program forwards to: %s', (text, url, part) => {
  const parsed = parseAcceptAddress(text)
  expect(parsed).toEqual({ value: { scheme: text.split(':')[0], url, remark: expect.stringContaining(part) } })
  expect(parsed).toMatchObject({ value: { remark: expect.stringContaining(`"${text}" is listened on as ${url}`) } })
})

test('quic is left out with a remark', () => {
  expect(parseAcceptAddress('quic://0.0.0.0:1')).toEqual({
    value: {
      scheme: 'quic',
      url: undefined,
      remark: '"quic://0.0.0.0:1" is not listened on: quic is not available in this version',
    },
  })
})

test.each([
  ['tor://0.0.0.0:25551', 'no loopback address'],
  ['tor://[::]:25551', 'no loopback address'],
  ['tor+tls://duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad.onion:1', 'no loopback address'],
  ['i2p://example.i2p:1', 'no loopback address'],
  ['socks5://127.0.0.1:9050', 'socks5 is for dialling'],
  ['nym+tls://127.0.0.1:1', 'nym+tls is for dialling'],
  ['unix://relative', 'absolute path'],
  ['unix://', 'absolute path'],
  ['unix:///', 'absolute path'],
  ['tcp://0.0.0.0', 'has no port'],
])('%s is refused', (text, reason) => {
  expect(parseAcceptAddress(text)).toMatchObject({ reason: expect.stringContaining(reason) })
})

test('the hint for an address of tor loads', () => {
  const { hint } = parseAcceptAddress('tor+tls://0.0.0.0:25551') as { hint: string }
  expect(parseAcceptAddress(/"(.*?)"/.exec(hint)![1]!)).toMatchObject({ value: { url: 'tcp+tls://127.0.0.1:25551/' } })
})

test('a list tells of each address that differs, by its line', () => {
  const table = parseToml('a = [\n"tcp://0.0.0.0:1",\n"tor://127.0.0.1:2",\n"quic://0.0.0.0:3",\n]', 'f.toml')
  const list = placedList(table, 'a', table.parsedList('a', parseAcceptAddress)!)
  expect(list.items.map(({ scheme, url }) => [scheme, url])).toEqual([
    ['tcp', 'tcp://0.0.0.0:1/'],
    ['tor', 'tcp://127.0.0.1:2/'],
    ['quic', undefined],
  ])
  expect(acceptWarnings(list)).toEqual([
    expect.stringMatching(/^f\.toml:3: a: "tor:/),
    expect.stringMatching(/^f\.toml:4: a: "quic:/),
  ])
})

test('lists are listened on together, the same address once', () => {
  const lists = (...texts: string[][]): PlacedList<AcceptAddress>[] =>
    texts.map((list) => {
      const table = parseToml(`a = ${JSON.stringify(list)}`, 'f.toml')
      return placedList(table, 'a', table.parsedList('a', parseAcceptAddress)!)
    })
  const plain = 'tcp://0.0.0.0:1'
  expect(() => checkTogether(lists([plain, 'tcp://[::]:1', 'quic://0.0.0.0:1'], [plain]))).not.toThrow()
  const reason = 'f.toml:1: a: tcp+tls://127.0.0.1:1/ and tcp://0.0.0.0:1/ cannot be listened on together'
  expect(() => checkTogether(lists([plain, 'tcp+tls://127.0.0.1:1']))).toThrow(reason)
  expect(() => checkTogether(lists([plain], ['tcp+tls://127.0.0.1:1']))).toThrow(reason)
})

test.each([
  ['tcp://0.0.0.0:1/', 'tcp+tls://0.0.0.0:1/', true],
  ['tcp://0.0.0.0:1/', 'tcp://127.0.0.1:1/', true],
  ['tcp://[::]:1/', 'tcp://[::1]:1/', true],
  ['tcp://a.example:1/', 'tcp://a.example:1/', true],
  ['tcp://0.0.0.0:1/', 'tcp://a.example:1/', true],
  ['unix:///a', 'unix:///a', true],
  ['tcp://0.0.0.0:1/', 'tcp://0.0.0.0:2/', false],
  ['tcp://0.0.0.0:0/', 'tcp://0.0.0.0:0/', false],
  ['tcp://0.0.0.0:1/', 'tcp://[::]:1/', false],
  ['tcp://127.0.0.1:1/', 'tcp://127.0.0.2:1/', false],
  ['tcp://[::]:1/', 'tcp://127.0.0.1:1/', false],
  ['unix:///a', 'unix:///b', false],
  ['unix:///a', 'tcp://127.0.0.1:1/', false],
])('%s and %s: %s', (a, b, expected) => {
  expect([collides(a, b), collides(b, a)]).toEqual([expected, expected])
})
