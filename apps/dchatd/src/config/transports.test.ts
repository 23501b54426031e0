/** What the files say of transports that are mixed, not in use, or not here. */
import { P2p } from '@dchat/net'
import type { Settings } from '@dchat/net'
import { docsPage } from '@dchat/system/testing'
import { expect, test } from 'vitest'
import { ConfigResource } from './config-resource.test-util.ts'

/** The warnings of a file, each from its line on. */
function warningsOf(text: string, ...args: string[]): string[] {
  using config = new ConfigResource()
  config.write(text)
  return config.load(...args).warnings.map((warning) => warning.replace(config.file, ''))
}

/** A file whose profiles are there, with what stands in their tables. */
function mixing(active: readonly string[], mixed: readonly string[], tables: Record<string, string> = {}): string[] {
  return warningsOf(
    [
      '[net]',
      `active_profiles = ${JSON.stringify(active)}`,
      `mixed_profiles = ${JSON.stringify(mixed)}`,
      ...active.flatMap((name) => [`[net.profiles."${name}"]`, tables[name] ?? '']),
    ].join('\n'),
  )
}

const HINT = '; docs/configuration.md, Transports, says what goes over what'

test('what is mixed over a transport in use needs no word', () => {
  expect(mixing(['tor'], ['tcp'])).toEqual([])
  expect(mixing(['nym+tls', 'socks5'], ['tcp+tls', 'tor'])).toEqual([])
})

test('the example of the documentation loads without a warning', () => {
  const docs = docsPage('configuration.md')
  const [, example] = /```toml\n([^]*?)```/.exec(docs) ?? []
  expect(example).toContain('mixed_profiles = ["tcp"]')
  expect(warningsOf(example!)).toEqual([])
})

test.each([
  [['i2p'], 'tcp', 'not dialled, as no transport that could carry it is active'],
  [['tor'], 'tcp+tls', 'not dialled, as no transport that could carry it is active'],
  [['tor'], 'i2p', 'not dialled, as no transport ever carries it'],
  [['tor'], 'unix', 'not dialled, as no transport ever carries it'],
  [['tcp'], 'tcp', 'all its peers are dialled directly, as no transport that could carry it is active'],
  [['i2p', 'tor'], 'i2p', 'all its peers are dialled directly, as no transport ever carries it'],
])('with %j active, %s mixed is %s', (active, mixed, reason) => {
  expect(mixing(active, [mixed])).toEqual([`:3: net.mixed_profiles: ${mixed}: ${reason}${HINT}`])
})

test('addresses in the table of a transport that is mixed are counted', () => {
  const own = (table: string): string => mixing(['tcp', 'tor'], ['tcp'], { tcp: table }).join()
  expect(own('inbound = ["tcp://0.0.0.0:1"]\npeers = ["x"]\nseeds = ["y"]')).toMatch(
    /in its own table \(3 addresses\) does not count, as it is mixed$/,
  )
  expect(own('seeds = ["y"]')).toContain('(1 address)')
  expect(own('outbound_connect_timeout = 1\nseeds = []\npeers = 1')).not.toContain('table')
  expect(mixing(['tcp'], ['tcp'], { tcp: 'seeds = ["tcp://a:1"]' })).toEqual([
    ':3: net.mixed_profiles: tcp: all its peers are dialled directly, as no transport that could carry it is active, and what ' +
      `stands in its own table (1 address) does not count, as it is mixed${HINT}`,
  ])
})

test('what this version does not have is said, and left out of what the node is made of', () => {
  expect(mixing(['tcp', 'quic'], ['quic'])).toEqual([
    ':2: net.active_profiles: quic: not available in this version',
    ':3: net.mixed_profiles: quic: not available in this version',
  ])
  const load = (mixed: string): Settings => {
    using config = new ConfigResource()
    config.write(
      `[net]\nactive_profiles = ["quic", "tcp"]\nmixed_profiles = [${mixed}]\n[net.profiles."tcp"]\n[net.profiles."quic"]`,
    )
    return config.load().settings
  }
  for (const settings of [load(''), load('"quic"')]) {
    const { activeProfiles, mixedProfiles } = P2p.create(settings).settings
    expect([activeProfiles, mixedProfiles]).toEqual([['tcp'], []])
    expect(() => P2p.create({ ...settings, activeProfiles: ['quic', 'tcp'] })).toThrow('quic')
  }
})

test('a node that dials nothing says so', () => {
  expect(warningsOf('[net]\nactive_profiles = []')).toEqual([':2: net.active_profiles: is empty: nothing is dialled'])
})

test('an address that is never dialled is a warning with its line', () => {
  const file = `[net]
seeds = [
  "tcp://a.example:1",
  "tcp+tls://a.example:1",
  "tcp+tls://b.example:1",
  "quic://a.example:1",
]
[net.profiles."tcp"]
peers = ["unix:///a"]`
  expect(warningsOf(file)).toEqual([
    ':9: net.profiles.tcp.peers: unix is not in active_profiles: never dialled',
    ':4: net.seeds: tcp+tls is not in active_profiles: never dialled (2 addresses)',
    ':6: net.seeds: quic is not available in this version: never dialled',
  ])
})

test('what is dialled over another transport is not in the way, and what would be is told apart', () => {
  const file = (active: string): string =>
    `[net]\nactive_profiles = ["${active}"]\nmixed_profiles = ["tcp"]\npeers = ["tcp://a.example:1"]\n[net.profiles."${active}"]`
  expect(warningsOf(file('tor'))).toEqual([])
  expect(warningsOf(file('i2p'))).toContain(
    ':4: net.peers: tcp is in mixed_profiles, and nothing that could carry it is in active_profiles: never dialled',
  )
})

test('a list of a flag is judged in place of that in the file', () => {
  const file = '[net]\nseeds = ["tor://a.example:1"]\ninbound = ["tor://127.0.0.1:1"]'
  expect(warningsOf(file)).toHaveLength(3)
  expect(warningsOf(file, '--seeds', 'tcp+tls://a.example:1', '--accept', 'tcp+tls://127.0.0.1:1')).toEqual([
    '--accept: tcp+tls is not in active_profiles: listened on all the same',
    '--seeds: tcp+tls is not in active_profiles: never dialled',
  ])
  expect(warningsOf(file, '--seeds', '', '--accept', 'tcp://127.0.0.1:1')).toEqual([])
})

test('an address of tor or I2P is listened on where its program forwards to', () => {
  using config = new ConfigResource()
  config.write(`[net]
active_profiles = ["tor"]
inbound = ["tcp+tls://[::]:1", "i2p+tls://127.0.0.1:2", "quic://0.0.0.0:3"]
[net.profiles."tor"]
inbound = ["tor://127.0.0.1:4"]
external_addrs = ["tor://duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad.onion:4"]`)
  const { settings, warnings } = config.load()
  expect(settings.inbound).toEqual(['tcp+tls://[::]:1/', 'tcp+tls://127.0.0.1:2/', 'tcp://127.0.0.1:4/'])
  expect(warnings.map((warning) => warning.slice(config.file.length).slice(0, 60))).toEqual([
    ':3: net.inbound: "i2p+tls://127.0.0.1:2" is listened on as t',
    ':3: net.inbound: "quic://0.0.0.0:3" is not listened on: quic',
    ':5: net.profiles.tor.inbound: "tor://127.0.0.1:4" is listene',
    ':3: net.inbound: tcp+tls is not in active_profiles: listened',
    ':3: net.inbound: i2p+tls is not in active_profiles: listened',
  ])
  const flagged = config.load('--accept', 'tor+tls://127.0.0.1:5')
  expect(flagged.settings.inbound).toEqual(['tcp+tls://127.0.0.1:5/'])
  expect(flagged.warnings).toContainEqual(expect.stringMatching(/^--accept: "tor\+tls:\/\/127\.0\.0\.1:5" is listened on as /))
})
