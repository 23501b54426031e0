/** The table of schemes: true to the wire, to the transports there are, to how addresses parse, and to the documents. */
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseUrl } from '@dchat/serial'
import { docsPage } from '@dchat/system/testing'
import { describe, expect, test } from 'vitest'
import { isNetError } from './errors.ts'
import { SCHEMES, SHAREABLE_SCHEMES } from './schemes.ts'
import type { EndpointScheme } from './schemes.ts'
import { systemTransports } from './transports/transport-table.ts'

const namesWhere = (isSo: (scheme: EndpointScheme) => boolean): string[] =>
  [...SCHEMES].flatMap(([name, scheme]) => (isSo(scheme) ? [name] : []))
const sorted = (names: Iterable<string>): string[] => [...names].toSorted()

test('what is told to peers has the order of the wire, each place once', () => {
  expect(SHAREABLE_SCHEMES).toEqual(['tor', 'tls', 'tcp', 'nym', 'i2p', 'tor+tls', 'nym+tls', 'tcp+tls', 'i2p+tls'])
  expect(SHAREABLE_SCHEMES.map((name) => SCHEMES.get(name)!.told)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(namesWhere(({ isTaken, told }) => isTaken && told === undefined)).toEqual([])
})

test('the library has the transports that the table says, and they listen where it says', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'dchat-schemes-'))
  const transports = systemTransports()
  expect(sorted(transports.keys())).toEqual(
    sorted(namesWhere(({ transport }) => transport === 'dials' || transport === 'listens')),
  )
  for (const [name, transport] of transports) {
    const url = name === 'unix' ? `unix://${folder.path}/socket` : `${name}://127.0.0.1:0`
    const listening = transport.listen(url, (stream) => stream.destroy())
    const outcome = listening.then(
      () => 'listens',
      (error: unknown) => (isNetError(error, 'NET_SCHEME_UNSUPPORTED') ? 'dials' : error),
    )
    expect([name, await outcome]).toEqual([name, SCHEMES.get(name)!.transport])
    await listening.then((open) => open.close()).catch(() => {})
  }
})

// A scheme that is neither special to the codec nor opaque here would give one peer two addresses.
test.each([...SCHEMES])('addresses of %s parse as the table says', (name, { host, isOpaque }) => {
  const [given, canonical] =
    host === 'none'
      ? [`${name}:///Path`, `${name}:///Path`]
      : [`${name}://Name:1`, isOpaque ? `${name}://Name:1` : `${name}://name:1/`]
  const parsed = parseUrl(given)
  expect([parsed.canonical, parsed.host === null]).toEqual([canonical, host === 'none'])
})

test('what carries is a scheme of the table that is dialled, with TLS for what has TLS', () => {
  for (const [name, { over }] of SCHEMES) {
    for (const { scheme } of over) {
      expect(SCHEMES.get(scheme)?.transport).toMatch(/^(?:dials|listens)$/)
      expect(scheme.endsWith('+tls')).toBe(name.endsWith('+tls'))
    }
  }
})

/** A part of a page, from its title on to the next of any level. */
function partOf(page: string, title: string): string {
  const text = docsPage(page)
  return text.slice(text.indexOf(`\n${title}\n`) + title.length + 2).split(/\n##/)[0]!
}

/** The cells of each row of the first table after `head`. */
function rowsUnder(part: string, head: string): string[][] {
  const lines = part.slice(part.indexOf(head)).split('\n').slice(2)
  const table = lines.slice(
    0,
    lines.findIndex((line) => !line.startsWith('|')),
  )
  return table.map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  )
}

const codes = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code!)

describe('docs/wire.md, Transports,', () => {
  test('has a row for each scheme, and no other', () => {
    const rows = rowsUnder(partOf('wire.md', '## Transports'), '| scheme | meaning |')
    const named = rows.map(([schemes]) => codes(schemes!))
    expect(sorted(named.flat())).toEqual(sorted(SCHEMES.keys()))
    const unserved = rows
      .filter(([, meaning]) => /not built here|nothing here/.test(meaning!))
      .flatMap(([schemes]) => codes(schemes!))
    expect(sorted(unserved)).toEqual(sorted(namesWhere(({ transport }) => transport === 'missing' || transport === 'none')))
  })

  test('lists what is told, in order, and what is listened on', () => {
    const part = partOf('wire.md', '## Transports')
    const [, told = ''] = /may be gossiped in `getaddr`\/`addr`: ([^.]+)\./.exec(part) ?? []
    expect(told.split(/,\s+/)).toEqual(SHAREABLE_SCHEMES)
    const [, listened = ''] = /^- (.+) are listened on, the others are dialled only/m.exec(part) ?? []
    expect(codes(listened)).toEqual(namesWhere(({ transport }) => transport === 'listens'))
  })
})

describe('docs/configuration.md, Transports,', () => {
  test('has a row for each scheme that a file may name, with what is dialled and listened on', () => {
    const rows = rowsUnder(partOf('configuration.md', '### Transports'), '| Scheme | Dialled | Listened on |')
    const where = (isSo: (row: string[]) => boolean): string[] =>
      sorted(rows.filter(isSo).flatMap(([schemes]) => codes(schemes!)))
    expect(where(() => true)).toEqual(sorted(namesWhere(({ transport }) => transport !== 'none')))
    expect(where(([, , listened]) => listened!.startsWith('yes'))).toEqual(
      sorted(namesWhere(({ transport }) => transport === 'listens')),
    )
    expect(where(([, dialled]) => dialled!.startsWith('not '))).toEqual(
      sorted(namesWhere(({ transport }) => transport === 'missing')),
    )
  })

  test('has what is mixed over what, and through which proxy, in order', () => {
    const rows = rowsUnder(partOf('configuration.md', '### Transports'), '| Mixed | Goes over | Through |')
    const settingName = (key: string): string => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    const written = new Map<string, string[][]>()
    let mixed: string[] = []
    for (const [first, carrying, through] of rows) {
      if (first !== '') mixed = codes(first!)
      for (const [index, name] of mixed.entries()) {
        const proxies = codes(through!).map((proxy) => [codes(carrying!)[index]!, proxy])
        written.set(name, [...(written.get(name) ?? []), ...proxies])
      }
    }
    const wanted = [...SCHEMES]
      .filter(([, { over }]) => over.length > 0)
      .map(([name, { over }]) => {
        const proxyOf = (scheme: string): string => `${scheme.replace('+tls', '')}Socks5Proxy`
        return [name, over.map(({ scheme, proxy }) => [scheme, settingName(proxy ?? proxyOf(scheme))])] as const
      })
    expect(written).toEqual(new Map(wanted))
  })
})
