import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exitCodeOf } from '@dchat/daemon'
import { DEFAULT_SETTINGS } from '@dchat/net'
import type { Settings } from '@dchat/net'
import { docsPage } from '@dchat/system/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { lilithHelp, parseLilithCommand } from './command-line.ts'
import { loadLilithConfig } from './config.ts'
import type { LilithConfig } from './config.ts'

let home = ''
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'lilith-config-'))
})
afterEach(() => {
  rmSync(home, { recursive: true, force: true })
})

function load(text: string, ...args: string[]): LilithConfig {
  writeFileSync(join(home, 'lilith.toml'), text)
  return loadLilithConfig(parseLilithCommand(['--home', home, ...args]).flags, { HOME: '/home/u' })
}

function failure(run: () => unknown): Error {
  try {
    run()
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing was thrown')
}

const NETWORK = `[network."dchatd"]
accept_addrs = ["tcp://0.0.0.0:26661"]
hostlist = "~/lilith/dchatd/hostlist.tsv"
datastore = "~/lilith/dchatd"
magic_bytes = [217, 239, 182, 125]
`

/** In the shape of the reference's own file: several networks, keys of other versions. */
const PUBLIC = readFileSync(new URL('./fixtures/public-seed.toml', import.meta.url), 'utf8')

test('one network, the rest by default', () => {
  const { values, log, ...config } = load(NETWORK)
  expect(log).toMatchObject({ file: undefined, level: 'info' })
  expect(values.find(({ key }) => key === 'network.dchatd.datastore')).toMatchObject({
    value: '~/lilith/dchatd',
    source: { kind: 'file', file: join(home, 'lilith.toml'), line: 4 },
  })
  expect(config).toEqual({
    networks: [
      {
        name: 'dchatd',
        datastore: '/home/u/lilith/dchatd',
        settings: {
          ...DEFAULT_SETTINGS,
          inbound: ['tcp://0.0.0.0:26661/'],
          inboundConnections: 512,
          outboundConnections: 0,
          banPolicy: 'relaxed',
          activeProfiles: ['tcp', 'tcp+tls', 'tor', 'tor+tls', 'i2p', 'i2p+tls'],
          hostlistPath: '/home/u/lilith/dchatd/hostlist.tsv',
        },
      },
    ],
    whitelistRefineryIntervalMs: 120_000,
    rpc: {
      listen: { kind: 'tcp', host: '127.0.0.1', port: 18_927, tls: false },
      disabledMethods: [],
      compat: false,
      socketPath: join(home, 'run/lilith.sock'),
      socketMode: 0o600,
      allowedHosts: [],
      allowedOrigins: [],
      tokens: [],
      tls: undefined,
      allowRemote: false,
      maxConnections: 64,
    },
    paths: {
      configFile: join(home, 'lilith.toml'),
      cookiePath: join(home, 'run/lilith.cookie'),
      tlsFingerprintPath: join(home, 'run/lilith.tls-fingerprint'),
    },
    warnings: [],
  })
})

test('several networks, every key', () => {
  const { networks, whitelistRefineryIntervalMs, rpc, warnings } = load(PUBLIC)
  expect(networks.map(({ name, datastore }) => [name, datastore])).toEqual([
    ['darkirc_v5', '/home/u/.local/share/darkfi/lilith/darkirc'],
    ['dchatd', join(home, 'dchatd')],
    ['hidden', '/srv/lilith/hidden'],
  ])
  const [open, plain, hidden] = networks.map(({ settings }) => settings) as [Settings, Settings, Settings]
  expect(open).toEqual({
    ...DEFAULT_SETTINGS,
    inbound: ['tcp+tls://0.0.0.0:5262/', 'tcp+tls://[::]:5262/', 'tcp://127.0.0.1:25551/'],
    seeds: ['tcp+tls://lilith1.example:5262/', 'tor://duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad.onion:25551/'],
    peers: ['tcp+tls://lilith2.example:5262/'],
    appName: 'darkirc',
    appVersion: { major: 0n, minor: 5n, patch: 0n, pre: '', build: '' },
    inboundConnections: 512,
    outboundConnections: 0,
    banPolicy: 'relaxed',
    activeProfiles: ['tcp', 'tcp+tls', 'tor', 'tor+tls', 'i2p', 'i2p+tls'],
    localnet: true,
    greylistRefineryIntervalMs: 2_000,
    torSocks5Proxy: 'socks5://127.0.0.1:9150/',
    i2pSocks5Proxy: 'socks5://127.0.0.1:4448/',
    magicBytes: Uint8Array.of(225, 161, 129, 81),
    hostlistPath: '/home/u/.local/share/darkfi/lilith/darkirc/hostlist.tsv',
  })
  expect(plain).toMatchObject({
    inbound: ['tcp://[::]:26661/'],
    hostlistPath: join(home, 'dchatd/hostlist.tsv'),
    greylistRefineryIntervalMs: 15_000,
    localnet: false,
    appName: 'dchatd',
  })
  expect(hidden.inbound).toEqual(['tcp+tls://127.0.0.1:25552/', 'tcp://127.0.0.1:25553/', 'tcp+tls://127.0.0.1:25554/'])
  expect(whitelistRefineryIntervalMs).toBe(60_000)
  expect(rpc.listen).toMatchObject({ port: 0 })
  expect(warnings.map((warning) => warning.replace(join(home, 'lilith.toml'), '').replace(/ is listened on as .*$/, ''))).toEqual(
    [
      ':12: network.darkirc_v5.accept_addrs: "tor://127.0.0.1:25551"',
      ':34: network.hidden.accept_addrs: "tor+tls://127.0.0.1:25552"',
      ':34: network.hidden.accept_addrs: "i2p://127.0.0.1:25553"',
      ':34: network.hidden.accept_addrs: "i2p+tls://127.0.0.1:25554"',
      ':24: network.darkirc_v5.transport_mixing: unknown key, ignored',
    ],
  )
})

test.each(['', 'whitelist_refinery_interval = 1', '[network]', '[rpc]'])('no network is an error of its own: %j', (text) => {
  const error = failure(() => load(text))
  expect(error.message).toMatch(/network: there is no network to serve; add a \[network\."NAME"\] table, as --help shows$/)
  expect(exitCodeOf(error)).toBe(1)
})

const without = (key: string): string => NETWORK.replace(new RegExp(`^${key} .*\\n`, 'm'), '')
/** A second network with a value of its own for each of `keys`, the rest as the first has it. */
const other = (...keys: string[]): string =>
  keys.reduce((text, key) => text.replace(new RegExp(`^${key} = "`, 'm'), '$&~/other'), NETWORK.replace('"dchatd"', '"other"'))
const set = (key: string, value: string): string => `${without(key)}${key} = ${value}\n`

test.each([
  [without('accept_addrs'), ':1: network.dchatd.accept_addrs: must be set'],
  [without('hostlist'), ':1: network.dchatd.hostlist: must be set'],
  [without('datastore'), ':1: network.dchatd.datastore: must be set'],
  [without('magic_bytes'), ':1: network.dchatd.magic_bytes: must be set'],
  [set('accept_addrs', '[]'), ':5: network.dchatd.accept_addrs: must name at least one address'],
  [set('accept_addrs', '["0.0.0.0:1"]'), ':5: network.dchatd.accept_addrs: "0.0.0.0:1" is not a URL'],
  [set('accept_addrs', '"tcp://0.0.0.0:1"'), ':5: network.dchatd.accept_addrs: must be a list, is a string'],
  [set('accept_addrs', '["quic://0.0.0.0:1"]'), ':5: network.dchatd.accept_addrs: must name at least one address to listen on'],
  [set('accept_addrs', '["tor://0.0.0.0:1"]'), ':5: network.dchatd.accept_addrs: "tor://0.0.0.0:1" cannot be listened on'],
  [
    set('accept_addrs', '["tcp://0.0.0.0:1", "tor://127.0.0.1:1"]'),
    ':5: network.dchatd.accept_addrs: tcp://127.0.0.1:1/ and tcp://0.0.0.0:1/ cannot be listened on together',
  ],
  [set('magic_bytes', '[1, 2, 3]'), ':5: network.dchatd.magic_bytes: must be four whole numbers from 0 to 255'],
  [set('hostlist', '1'), ':5: network.dchatd.hostlist: must be a string'],
  [set('datastore', '""'), ':5: network.dchatd.datastore: a path cannot be empty'],
  [set('version', '"0.4"'), ':6: network.dchatd.version: "0.4" is not a version; write it as "0.4.1"'],
  [set('version', '4'), ':6: network.dchatd.version: must be a string, is a number'],
  [set('app_name', '""'), ':6: network.dchatd.app_name: must have 1 to 64 bytes'],
  [set('seeds', '["tcp://a:0"]'), ':6: network.dchatd.seeds: "tcp://a:0" needs a port'],
  [set('peers', '["a"]'), ':6: network.dchatd.peers: "a" is not a URL'],
  [set('localnet', '"no"'), ':6: network.dchatd.localnet: must be true or false'],
  [set('greylist_refinery_interval', '0'), ':6: network.dchatd.greylist_refinery_interval: must be 0.1 to 86400 seconds, is 0'],
  [
    `whitelist_refinery_interval = "2 min"\n${NETWORK}`,
    ':1: whitelist_refinery_interval: must be a number of seconds, is a string',
  ],
  [set('tor_socks5_proxy', '"127.0.0.1:9050"'), ':6: network.dchatd.tor_socks5_proxy: "127.0.0.1:9050" is not a URL'],
  [set('i2p_socks5_proxy', '"tcp://127.0.0.1:1"'), ':6: network.dchatd.i2p_socks5_proxy: "tcp://127.0.0.1:1" is not a SOCKS5'],
  [`network.a = 1`, ':1: network.a: must be a table, is a number'],
  [NETWORK + other(), ':8: network.other.hostlist: is the file of network "dchatd" too'],
  [NETWORK + other('hostlist'), ':9: network.other.datastore: is the folder of network "dchatd" too'],
  [
    NETWORK + other('hostlist', 'datastore'),
    ':7: network.other.accept_addrs: tcp://0.0.0.0:26661/ is in the way of tcp://0.0.0.0:26661/ of network "dchatd"',
  ],
  [
    NETWORK + other('hostlist', 'datastore').replace('tcp://0.0.0.0', 'tcp+tls://127.0.0.1'),
    ':7: network.other.accept_addrs: tcp+tls://127.0.0.1:26661/ is in the way of tcp://0.0.0.0:26661/ of network "dchatd"',
  ],
  [set('seeds', '["tor://abc.onion:1"]'), ':6: network.dchatd.seeds: "tor://abc.onion:1" has no valid onion name'],
  [
    set('tor_socks5_proxy', '"socks5h://127.0.0.1:9050"'),
    ':6: network.dchatd.tor_socks5_proxy: "socks5h://127.0.0.1:9050" is not a SOCKS5 proxy; the proxy must be socks5://',
  ],
  [
    set('i2p_socks5_proxy', '"x"'),
    ':6: network.dchatd.i2p_socks5_proxy: "x" is not a URL; write it as "socks5://127.0.0.1:4447"',
  ],
  [`${NETWORK}[rpc]\nrpc_listen = "x"`, ':7: rpc.rpc_listen: "x": not a URL'],
])('%j', (text, message) => {
  const error = failure(() => load(text))
  expect(error.message).toContain(`${join(home, 'lilith.toml')}${message}`)
  expect(error.message).not.toContain('\n')
  expect(exitCodeOf(error)).toBe(2)
})

test('two networks may have one port on addresses apart', () => {
  const apart = other('hostlist', 'datastore').replace('tcp://0.0.0.0', 'tcp://[::]')
  expect(load(NETWORK + apart).networks).toHaveLength(2)
})

const warningsOf = (text: string): string[] =>
  load(text).warnings.map((warning) => warning.replace(join(home, 'lilith.toml'), ''))

test('two networks with the same magic bytes are one to their nodes', () => {
  const second = other('hostlist', 'datastore').replace('26661', '26662')
  expect(warningsOf(NETWORK + second)).toEqual([
    ':10: network.other.magic_bytes: are those of network "dchatd" too: to its nodes the two are one network',
  ])
  expect(warningsOf(NETWORK + second.replace('217', '218'))).toEqual([])
})

test('addresses that a seed never dials', () => {
  const lists = `peers = ["unix:///a", "tcp://a.example:1"]\nseeds = ["socks5://127.0.0.1:9050/a.example:1", "nym://a.example:1"]\n`
  expect(warningsOf(NETWORK + lists)).toEqual([
    ':6: network.dchatd.peers: lilith does not dial unix: never dialled',
    ':7: network.dchatd.seeds: lilith does not dial socks5: never dialled',
    ':7: network.dchatd.seeds: lilith does not dial nym: never dialled',
  ])
})

test('keys in the wrong place or of another program say so', () => {
  const keys = 'nym_socks5_proxy = "x"\ninbound = []\n[rpc]\nwhitelist_refinery_interval = 1\n'
  expect(warningsOf(NETWORK + keys).toSorted()).toEqual([
    ':6: network.dchatd.nym_socks5_proxy: unknown key, ignored; lilith does not dial nym',
    ':7: network.dchatd.inbound: unknown key, ignored; lilith listens on the addresses in accept_addrs',
    ':9: rpc.whitelist_refinery_interval: unknown key, ignored; it belongs at the top level, above every table',
  ])
})

test('without a file it says how to write one', () => {
  const error = failure(() => loadLilithConfig(parseLilithCommand(['--home', home]).flags, { HOME: '/home/u' }))
  expect(error.message).toBe(
    `${join(home, 'lilith.toml')}: there is no such file; write one with a [network."NAME"] table, as "lilith --help" shows`,
  )
})

test('flags', () => {
  const other = join(home, 'other.toml')
  writeFileSync(other, NETWORK)
  const config = load('', '-c', other, '-l', '/tmp/lilith.log', '-vvv')
  expect(config.paths.configFile).toBe(other)
  expect(config.log).toMatchObject({ file: '/tmp/lilith.log', level: 'trace', verbosity: 3 })
  expect(() => parseLilithCommand(['--hom', 'x'])).toThrow('--hom: unknown flag; did you mean --home?')
})

test('the network that help shows loads', () => {
  const help = lilithHelp()
  expect(
    load(
      help
        .split('\n')
        .filter((line) => /^ {2}(?:\[network|[a-z_]+ = )/.test(line))
        .join('\n'),
    ).networks,
  ).toHaveLength(1)
  expect(help.split('\n').filter((line) => line.length > 100)).toEqual([])
})

test('the documentation names every key', () => {
  const docs = docsPage('configuration.md')
  const keys = [...`${NETWORK}${PUBLIC}`.matchAll(/^([a-z_]+) = /gm)]
    .map((match) => match[1]!)
    .filter((key) => key !== 'transport_mixing')
  expect(keys.filter((key) => !docs.includes(`| \`${key}\``))).toEqual([])
})
