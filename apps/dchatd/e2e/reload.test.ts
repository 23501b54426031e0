/** SIGHUP: the running daemon takes over its configuration file, or nothing of it. */
import { readFileSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DaemonNode, until } from '@dchat/e2e'

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
  const forANewNode = before
    .replace('outbound_connections = 3', 'outbound_connections = 5')
    .replace('localnet = true', 'localnet = false')
  expect(await reload(() => forANewNode, UNUSABLE, 2)).toMatch(
    /dchatd\.toml: net\.localnet: cannot change while the node runs; restart to change it/,
  )
  expect(await slots()).toBe(3)
  expect((await node.info()).state).toBe('run')

  await reload(() => before.replace('rate_limit = 10', 'rate_limit = 11'), 'Changes of these tables hold from the next start')
  expect(node.program.stderr).toContain('"tables":"chat"')
})

test('a file that is gone is no first run', async () => {
  node.home[Symbol.dispose]()
  node.program.kill('SIGHUP')
  await node.program.says(`${file()}: there is no such file`, 'stderr')
  expect(await slots()).toBe(3)
})
