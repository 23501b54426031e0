/** SIGHUP: the running daemon takes over what it can of its configuration, or nothing of a file that cannot be used. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DaemonNode, Program, until } from '@dchat/e2e'

const READ = 'Configuration read again'
const UNUSABLE = 'Configuration cannot be used, everything stays as it was'

let node: DaemonNode
let other: DaemonNode

beforeEach(async () => {
  other = await DaemonNode.running()
  node = await DaemonNode.running({ config: { net: ['outbound_connections = 3'], chat: ['rate_limit = 10'] } })
})

afterEach(() => Promise.all([node, other].map((one) => one?.[Symbol.asyncDispose]())))

/** Changes the file and tells the daemon; resolves once it has said so `times`. */
async function reload(change: (text: string) => string, says: string, times = 1): Promise<string> {
  writeFileSync(file(), change(readFileSync(file(), 'utf8')))
  node.program.kill('SIGHUP')
  const said = (): number => node.program.stderr.split(`"${says}"`).length - 1
  await until(`it says "${says}"`, () => said() >= times)
  return node.program.stderr
}

const file = (): string => node.home.paths.configFile
const slots = async (): Promise<number> => (await node.client.call('p2p.get_info', [])).outbound_slots.length
const peers = async (): Promise<string[]> => {
  const { channels } = await node.client.call('p2p.get_info', [])
  return channels.filter(({ session }) => session === 'manual').map(({ url }) => url)
}

test('slots and peers come and go without a restart', async () => {
  const url = await other.url()
  const more = (text: string): string => text.replace('outbound_connections = 3', `outbound_connections = 5\npeers = ["${url}"]`)
  expect(await reload(more, 'Settings reloaded')).toContain('"changed":["peers","outbound_connections"]')
  await until('it has five slots', async () => (await slots()) === 5)
  await until('it connects the peer', async () => (await peers()).includes(url))
  await other.client.call('chat.send', { text: 'welcome' })
  await node.stores('welcome')

  const fewer = (text: string): string =>
    text.replace('outbound_connections = 5', 'outbound_connections = 1').replace(/^peers.*$/m, '')
  await reload(fewer, 'Settings reloaded', 2)
  await until('it has one slot', async () => (await slots()) === 1)
  await until('it lets the peer go', async () => (await peers()).length === 0)
  expect((await node.info()).state).toBe('run')
})

test('a file that cannot be used changes nothing, and is said with its line', async () => {
  const before = readFileSync(file(), 'utf8')
  const bad = before.replace('outbound_connections = 3', 'outbound_connections = 5\nseeds = ["nonsense"]')
  const line = 1 + bad.split('\n').findIndex((text) => text.startsWith('seeds'))
  expect(await reload(() => bad, UNUSABLE)).toContain(`${file()}:${line}: net.seeds: \\"nonsense\\" is not a URL`)
  expect(await slots()).toBe(3)
  expect((await node.info()).state).toBe('run')

  const unwritable = before.replace('[chat]', `[log]\nfile = "${node.home.path}"\n[chat]`)
  expect(await reload(() => unwritable.replace('outbound_connections = 3', 'outbound_connections = 5'), UNUSABLE, 2)).toMatch(
    /dchatd\.toml:\d+: log\.file: .* is a folder/,
  )
  expect(await slots()).toBe(3)
})

test('what a running daemon cannot change is named key by key, and the rest taken over', async () => {
  const change = (text: string): string =>
    text
      .replace('outbound_connections = 3', 'outbound_connections = 4')
      .replace('localnet = true', 'localnet = false')
      .replace('[chat]', '[chat]\nnick = "zoe"')
  const said = await reload(change, READ)
  expect(said.split('\n').flatMap((line) => /"key":"(.*?)".*"Needs a restart"/.exec(line)?.[1] ?? [])).toEqual([
    'net.localnet',
    'chat.nick',
  ])
  expect(said).toContain('"changed":["net.outbound_connections"]')
  await until('it has four slots', async () => (await slots()) === 4)
  await reload((text) => text.replace('nick = "zoe"', '').replace('localnet = false', 'localnet = true'), READ, 2)
  expect(node.program.stderr.match(/Needs a restart/g)).toHaveLength(2)
})

test('tokens and methods of the RPC, the log, the rate and the store change at once', async () => {
  const sha256 = createHash('sha256').update('sesame').digest('hex')
  const log = join(node.home.path, 'other.log')
  const change = (text: string): string =>
    [
      text.replace('rate_limit = 10', 'rate_limit = 20').replace('[rpc]', '[rpc]\nrpc_disabled_methods = ["recv"]'),
      `[[rpc.token]]\nname = "t"\nhash = "sha256:${sha256}"\nmethods = ["ping"]`,
      '[store]\nmax_age_days = 7',
      `[log]\nfile = "${log}"\nlevel = "debug"`,
    ].join('\n')
  writeFileSync(file(), change(readFileSync(file(), 'utf8')))
  node.program.kill('SIGHUP')
  await until('it says so in the other log', () => existsSync(log) && readFileSync(log, 'utf8').includes(`"${READ}"`))
  const lines = readFileSync(log, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { msg: string; changed?: string[] })
  expect(lines.find(({ msg }) => msg === READ)?.changed).toEqual([
    'rpc.rpc_disabled_methods',
    'rpc.token[0].name',
    'rpc.token[0].hash',
    'rpc.token[0].methods',
    'chat.rate_limit',
    'store.max_age_days',
    'log.level',
    'log.file',
  ])
  await expect(node.client.call('recv', [])).rejects.toMatchObject({ code: -32_601 })
  expect(readFileSync(log, 'utf8')).not.toContain(sha256)
})

test('the file is read, and never written: not by a run, a reload, init or check', async () => {
  const { ino, mtimeNs } = statSync(file(), { bigint: true })
  const args = ['--home', node.home.path]
  node.program.kill('SIGHUP')
  await node.program.says(READ, 'stderr')
  expect(await Program.run('dchatd', ['init', ...args])).toMatchObject({ code: 2, stderr: expect.stringContaining(file()) })
  expect(await Program.run('dchatd', ['check', ...args])).toMatchObject({ code: 0, stdout: `OK: ${file()}\n` })
  expect(await Program.run('dchatd', ['paths', ...args])).toMatchObject({ code: 0 })
  await node.kill('SIGTERM')
  await node.start()
  expect(statSync(file(), { bigint: true })).toMatchObject({ ino, mtimeNs })
})

test('a file that is gone is no first run', async () => {
  node.home[Symbol.dispose]()
  node.program.kill('SIGHUP')
  await node.program.says(`${file()}: there is no such file`, 'stderr')
  expect(await slots()).toBe(3)
})
