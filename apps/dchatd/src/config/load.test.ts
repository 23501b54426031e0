import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { changedKeys } from '@dchat/config'
import { DEFAULT_SETTINGS } from '@dchat/net'
import { makeTlsIdentity } from '@dchat/net/internal'
import { expect, test } from 'vitest'
import { ConfigResource } from './config-resource.test-util.ts'
import { defaultConfigText } from './default-config.ts'
import { parseDchatdCommand } from './command-line.ts'
import { loadDchatdConfig } from './load.ts'

test('the first run writes a file that loads to the defaults', () => {
  using config = new ConfigResource()
  const loaded = config.load()
  expect(loaded.isFirstRun).toBe(true)
  expect(loaded.warnings).toEqual([])
  expect(statSync(config.file).mode & 0o777).toBe(0o600)
  expect(loaded.settings).toEqual({
    ...DEFAULT_SETTINGS,
    profiles: new Map([
      ['tcp', { outboundConnectTimeoutMs: 15_000, channelHandshakeTimeoutMs: 10_000, channelHeartbeatIntervalMs: 30_000 }],
    ]),
    hostlistPath: join(config.home, 'data/hostlist.tsv'),
    bansPath: join(config.home, 'data/bans.tsv'),
    anchorsPath: join(config.home, 'data/anchors.tsv'),
  })
  expect(loaded.rpc).toEqual({
    listen: { kind: 'tcp', host: '127.0.0.1', port: 51_054, tls: false },
    disabledMethods: [],
    compat: false,
    socketPath: join(config.home, 'run/dchatd.sock'),
    socketMode: 0o600,
    allowedHosts: [],
    allowedOrigins: [],
    tokens: [],
    tls: undefined,
    allowRemote: false,
    maxConnections: 64,
  })
  expect(loaded.chat).toEqual({ rateLimit: 50, nick: null, keep: 'all' })
  expect(loaded.store).toEqual({ maxBytes: 1_073_741_824, maxAgeDays: 365 })
  expect(loaded.log).toMatchObject({ file: undefined, level: 'info', format: 'auto', levels: {}, verbosity: 0 })
  expect(loaded.paths.configFile).toBe(config.file)
  expect(config.load()).toEqual({ ...loaded, isFirstRun: false })
})

test('an empty file is the same', () => {
  using config = new ConfigResource()
  const { settings, values, ...first } = config.load()
  config.write('')
  const { settings: emptySettings, values: emptyValues, ...empty } = config.load()
  expect(empty).toEqual({ ...first, isFirstRun: false })
  expect(new Set(emptyValues.map(({ source }) => source.kind))).toEqual(new Set(['default']))
  expect(changedKeys(emptyValues, values).every(({ key }) => key.startsWith('net.profiles.tcp.'))).toBe(true)
  expect(emptySettings).toEqual({ ...settings, profiles: new Map() })
})

test('the values shown in comments are the defaults', () => {
  using config = new ConfigResource()
  const first = config.load()
  const text = defaultConfigText().replaceAll(/^#(?=\S)/gm, '')
  expect(text.match(/^[a-z_]+ = /gm)!.length).toBeGreaterThanOrEqual(30)
  config.write(text)
  const { values, ...uncommented } = config.load()
  expect({ ...uncommented, values: first.values }).toEqual({ ...first, isFirstRun: false })
  expect(changedKeys(first.values, values)).toEqual([])
})

test('the examples in comments load too', async () => {
  using config = new ConfigResource()
  const identity = await makeTlsIdentity({ names: ['rpc.example'] })
  for (const part of ['cert', 'key'] as const) writeFileSync(join(config.home, `rpc-${part}.pem`), identity[part])
  const isExample = (line: string): boolean => /^# +(?:[a-z_0-9]+ = |\[\[)/.test(line)
  const text = defaultConfigText().replaceAll(/^#[^\n]*$\n/gm, (line) => (isExample(line) ? line.slice(1).trimStart() : ''))
  config.write(text.replaceAll('~/dchat/rpc-', `${config.home}/rpc-`))
  const loaded = config.load()
  expect(loaded.warnings).toEqual([])
  expect(loaded.rpc.tokens).toMatchObject([{ name: 'monitor', methods: ['readonly'] }])
  expect(loaded.rpc.tls).toEqual(identity)
  expect(loaded.log).toMatchObject({ file: '/home/u/dchat/dchatd.log', levels: { net: 'debug' } })
  expect(loaded.settings).toMatchObject({
    seeds: ['tcp://seed.example.org:26661/'],
    peers: ['tcp://203.0.113.7:26662/'],
    inbound: ['tcp://0.0.0.0:26662/'],
    getaddrsMax: 8,
    hostlistPath: '/home/u/dchat/hostlist.tsv',
  })
  expect(loaded.rpc.socketPath).toBe('/home/u/.dchatd.sock')
})

test('a file that is there is never rewritten', () => {
  using config = new ConfigResource()
  config.write('# mine\n')
  chmodSync(config.file, 0o640)
  expect(config.load().isFirstRun).toBe(false)
  expect(readFileSync(config.file, 'utf8')).toBe('# mine\n')
  expect(statSync(config.file).mode & 0o777).toBe(0o640)
})

test('a file that cannot be written is a warning', () => {
  using config = new ConfigResource()
  writeFileSync(join(config.home, 'file'), '')
  const home = join(config.home, 'file/deep')
  const loaded = loadDchatdConfig(parseDchatdCommand(['--home', home]).flags, { env: { HOME: '/home/u' } })
  expect(loaded.isFirstRun).toBe(false)
  expect(loaded.settings.activeProfiles).toEqual(['tcp'])
  expect(loaded.warnings).toEqual([expect.stringMatching(/dchatd\.toml: could not be written, going on with the defaults: /)])
})

test('--config names a file that has to be there', () => {
  using config = new ConfigResource()
  const other = join(config.home, 'other.toml')
  expect(() => config.load('-c', other)).toThrow(
    `${other}: there is no such file; without --config ${config.file} is read, and written when it is missing`,
  )
  expect(existsSync(other)).toBe(false)
  writeFileSync(other, '[net]\nhostlist = "hosts.tsv"\nlocalnet = true')
  expect(config.load('-c', other)).toMatchObject({
    settings: {
      localnet: true,
      hostlistPath: join(config.home, 'hosts.tsv'),
      bansPath: join(config.home, 'bans.tsv'),
      anchorsPath: join(config.home, 'anchors.tsv'),
    },
    paths: { configFile: other, hostlistPath: join(config.home, 'hosts.tsv'), bansPath: join(config.home, 'bans.tsv') },
  })
  expect(existsSync(config.file)).toBe(false)
})
