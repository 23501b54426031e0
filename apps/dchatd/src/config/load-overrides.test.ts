/** Flags and variables over the configuration file. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { placedKeys, variableOf } from '@dchat/config'
import { ANONYMITY_PROFILE } from '@dchat/net'
import { expect, test } from 'vitest'
import { ConfigResource } from './config-resource.test-util.ts'
import { DCHATD_VERBS, dchatdHelp, parseDchatdCommand } from './command-line.ts'
import { DCHATD_SECTIONS } from './keys.ts'
import { loadDchatdConfig } from './load.ts'

const FILE = `[rpc]
rpc_listen = "tcp://127.0.0.1:1"
rpc_disabled_methods = ["ping"]
[net]
inbound = ["tcp://f.example:1"]
seeds = ["tcp://f.example:2"]
peers = ["tcp://f.example:3"]
external_addrs = ["tcp://f.example:4"]
outbound_connections = 1
inbound_connections = 1
[net.profiles."tcp"]
seeds = ["tcp://f.example:5"]
`

test.each([
  [['--accept', 'tcp://127.0.0.1:0,tcp://[::1]:0'], { settings: { inbound: ['tcp://127.0.0.1:0/', 'tcp://[::1]:0/'] } }],
  [['--seeds', 'tcp://a:1', '--seeds', 'tcp://b:1'], { settings: { seeds: ['tcp://a:1/', 'tcp://b:1/'] } }],
  [['--seeds', ''], { settings: { seeds: [], peers: ['tcp://f.example:3/'] } }],
  [['--peers', 'tcp://a:1'], { settings: { peers: ['tcp://a:1/'], seeds: ['tcp://f.example:2/', 'tcp://f.example:5/'] } }],
  [['--external-addrs', 'tcp://a:1'], { settings: { externalAddrs: ['tcp://a:1/'] } }],
  [['--outbound-slots', '0'], { settings: { outboundConnections: 0, inboundConnections: 1 } }],
  [['--inbound-slots', '100'], { settings: { outboundConnections: 1, inboundConnections: 100 } }],
  [['--localnet'], { settings: { localnet: true } }],
  [['--rpc-listen', 'tcp://127.0.0.1:0'], { rpc: { listen: { kind: 'tcp', host: '127.0.0.1', port: 0, tls: false } } }],
  [['--rpc-listen', ''], { rpc: { listen: undefined } }],
  [['--rpc-disabled-methods', 'send,recv'], { rpc: { disabledMethods: ['send', 'recv'] } }],
  [['--log', '/tmp/x.log', '-vv'], { log: { file: '/tmp/x.log', verbosity: 2 } }],
  [['-vvv'], { log: { verbosity: 3 } }],
  [
    [],
    {
      settings: { inbound: ['tcp://f.example:1/'], localnet: false },
      rpc: { disabledMethods: ['ping'] },
      log: { file: undefined, verbosity: 0 },
    },
  ],
])('flags win over the file: %j', (args, expected) => {
  using config = new ConfigResource()
  config.write(FILE)
  expect(config.load(...args)).toMatchObject(expected)
})

test('an RPC that other machines reach needs TLS or leave, and credentials, wherever the address stands', () => {
  using config = new ConfigResource()
  config.write('')
  expect(() => config.load('--rpc-listen', 'tcp://0.0.0.0:1')).toThrow(
    /^--rpc-listen: 0\.0\.0\.0:1 can be reached from other machines, and without TLS everything travels unencrypted; /,
  )
  expect(() => config.loadWith({ DCHAT_RPC_RPC_LISTEN: 'tcp://0.0.0.0:1' })).toThrow(/^DCHAT_RPC_RPC_LISTEN: 0\.0\.0\.0:1 can/)
  config.write('[rpc]\nallow_remote = true')
  expect(config.load('--rpc-listen', 'tcp://0.0.0.0:1').warnings).toEqual([
    `${config.file}:2: rpc.allow_remote: the RPC at 0.0.0.0:1 can be reached from other machines, and cookie, tokens and messages travel unencrypted`,
  ])
  config.write('[rpc]\nrpc_compat = true')
  expect(config.load().rpc.compat).toBe(true)
  expect(() => config.load('--rpc-listen', 'tcp://0.0.0.0:1')).toThrow(
    `${config.file}:2: rpc.rpc_compat: would let anyone who reaches 0.0.0.0:1 drive this node`,
  )
})

test('variables win over the file, flags over variables', () => {
  using config = new ConfigResource()
  config.write(FILE)
  const env = {
    DCHAT_NET_SEEDS: 'tcp://e.example:1,tcp://e.example:2',
    DCHAT_NET_PEERS: '',
    DCHAT_NET_LOCALNET: 'true',
    DCHAT_NET_MAGIC_BYTES: '1,2,3,4',
    DCHAT_NET_HOSTLIST: '/srv/hosts.tsv',
    DCHAT_NET_PROFILES_TCP_OUTBOUND_CONNECT_TIMEOUT: '2.5',
    DCHAT_RPC_RPC_LISTEN: '',
    DCHAT_CHAT_NICK: 'eve',
    DCHAT_STORE_MAX_AGE_DAYS: '7',
    DCHAT_LOG_LEVEL: 'warn',
  }
  const loaded = config.loadWith(env, '--outbound-slots', '4', '--seeds', 'tcp://flag.example:1')
  expect(loaded).toMatchObject({
    settings: {
      seeds: ['tcp://flag.example:1/'],
      peers: [],
      externalAddrs: ['tcp://f.example:4/'],
      localnet: true,
      magicBytes: Uint8Array.of(1, 2, 3, 4),
      hostlistPath: '/srv/hosts.tsv',
      bansPath: '/srv/bans.tsv',
      outboundConnections: 4,
      inboundConnections: 1,
    },
    rpc: { listen: undefined },
    chat: { nick: 'eve' },
    store: { maxAgeDays: 7 },
    log: { level: 'warn' },
    warnings: [],
  })
  expect(loaded.settings.profiles.get('tcp')?.outboundConnectTimeoutMs).toBe(2_500)
  const sources = new Map(loaded.values.map(({ key, source }) => [key, source]))
  expect(sources.get('net.seeds')).toEqual({ kind: 'flag', name: '--seeds' })
  expect(sources.get('net.profiles.tcp.seeds')).toEqual({ kind: 'file', file: config.file, line: 12 })
  expect(sources.has('net.profiles.tor.seeds')).toBe(false)
  expect(sources.get('chat.nick')).toEqual({ kind: 'env', name: 'DCHAT_CHAT_NICK' })
  expect(sources.get('net.external_addrs')).toEqual({ kind: 'file', file: config.file, line: 8 })
  expect(sources.get('net.known_peer_percent')).toEqual({ kind: 'default' })
})

test('transports that a variable names need no table, and it may fill one', () => {
  using config = new ConfigResource()
  config.write('')
  const { settings } = config.loadWith({
    DCHAT_NET_ACTIVE_PROFILES: 'tcp+tls,tor',
    DCHAT_NET_PROFILES_TOR_PEERS: 'tcp+tls://a.example:1',
  })
  expect(settings.activeProfiles).toEqual(['tcp+tls', 'tor'])
  expect(settings.peers).toEqual(['tcp+tls://a.example:1/'])
  expect(settings.profiles.get('tor')).toEqual(ANONYMITY_PROFILE)
})

test('a variable that is no key is a warning', () => {
  using config = new ConfigResource()
  config.write('')
  expect(config.loadWith({ DCHAT_RPC_LISTEN: 'x', DCHAT_FAREWELL: 'x', DCHAT_RPC: 'x' }).warnings).toEqual([
    'DCHAT_RPC_LISTEN: unknown variable, ignored; did you mean DCHAT_RPC_RPC_LISTEN?',
  ])
})

test('every key has a variable of its own', () => {
  const names = placedKeys(DCHATD_SECTIONS).map((key) => variableOf('DCHAT_', key))
  expect(names.length).toBeGreaterThan(100)
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
})

test('without leave to write, a missing file stays missing', () => {
  using config = new ConfigResource()
  const { flags } = parseDchatdCommand(['--home', config.home])
  expect(loadDchatdConfig(flags, { env: {}, isReadOnly: true })).toMatchObject({ hasFile: false, isFirstRun: false })
  expect(existsSync(config.file)).toBe(false)
})

test('DCHAT_HOME and the XDG folders say where the file is', () => {
  using config = new ConfigResource()
  const { flags } = parseDchatdCommand([])
  expect(loadDchatdConfig(flags, { env: { HOME: '/home/u', DCHAT_HOME: config.home } }).paths.configFile).toBe(config.file)
  const xdg = {
    HOME: '/home/u',
    XDG_CONFIG_HOME: join(config.home, 'c'),
    XDG_DATA_HOME: join(config.home, 'd'),
    XDG_RUNTIME_DIR: join(config.home, 'r'),
  }
  const { paths, settings, rpc } = loadDchatdConfig(flags, { env: xdg })
  expect([paths.configFile, settings.hostlistPath, rpc.socketPath]).toEqual(
    ['c/dchat/dchatd.toml', 'd/dchat/hostlist.tsv', 'r/dchat/dchatd.sock'].map((path) => join(config.home, path)),
  )
})

test('help names every verb and flag, within 100 columns', () => {
  const help = dchatdHelp()
  for (const name of Object.keys(parseDchatdCommand([]).flags)) expect(help).toContain(`--${name}`)
  expect(help).toMatch(/--accept URL .*\(net\.inbound\)$/m)
  for (const verb of Object.keys(DCHATD_VERBS)) {
    expect(help).toMatch(new RegExp(`^  ${verb} `, 'm'))
    expect(dchatdHelp(verb)).toContain(`Usage: dchatd ${verb}`)
    expect(
      dchatdHelp(verb)
        .split('\n')
        .filter((line) => line.length > 100),
    ).toEqual([])
  }
  expect(help.split('\n').filter((line) => line.length > 100)).toEqual([])
})
