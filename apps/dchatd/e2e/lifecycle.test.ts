/** The life of the process: signals, exit codes, and what it leaves behind. */
import { once } from 'node:events'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { DaemonNode, Program, SilentServer, TempHome, loopbackHost, until } from '@dchat/e2e'
import type { Ending } from '@dchat/e2e'

/** What a stop may take. */
const STOP_MS = 10_000

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** How a daemon with this configuration ends, its file, and what it left in its runtime folder. */
async function startedWith(
  config: string,
  args: readonly string[] = [],
): Promise<{ ending: Ending; file: string; left: string[] }> {
  using home = new TempHome()
  const file = home.write('dchatd.toml', config)
  const ending = await Program.run('dchatd', ['--home', home.path, ...args])
  return { ending, file, left: existsSync(home.paths.runtimeDir) ? readdirSync(home.paths.runtimeDir) : [] }
}

describe.each(SIGNALS)('%s', (signal) => {
  test('ends a running node with 0 and takes socket and cookie away', async () => {
    await using node = await DaemonNode.running({ hasTcpRpc: true })
    const { socketPath, cookiePath, runtimeDir } = node.home.paths
    for (const path of [socketPath, cookiePath]) expect([path, statSync(path).mode & 0o777]).toEqual([path, 0o600])
    node.program.kill(signal)
    expect(await node.program.ended(STOP_MS)).toMatchObject({ code: 0, signal: null })
    await node.client.closed
    expect(readdirSync(runtimeDir)).toEqual([])
  })

  test('ends a node that waits for a seed', async () => {
    await using seed = await SilentServer.listen(loopbackHost())
    await using node = await DaemonNode.started({ config: { net: [`seeds = ["tcp://${seed.address}"]`] } })
    await seed.isConnected()
    expect((await node.info()).state).toBe('start')
    node.program.kill(signal)
    expect(await node.program.ended(STOP_MS)).toMatchObject({ code: 0, signal: null })
    expect(readdirSync(node.home.paths.runtimeDir)).toEqual([])
  })

  test('ends a node with peers, which lose it', async () => {
    await using other = await DaemonNode.running()
    await using node = await DaemonNode.running({
      config: { net: [`peers = ["${await other.url()}"]`, 'outbound_connections = 0'] },
    })
    await other.hasPeers(1)
    node.program.kill(signal)
    expect(await node.program.ended(STOP_MS)).toMatchObject({ code: 0, signal: null })
    await until('the other has no peers', async () => (await other.peerCount()) === 0)
  })
})

test('a second SIGINT ends a node that is still stopping', async () => {
  await using node = await DaemonNode.running()
  for (let index = 0; index < 50; index += 1) await node.client.call('send', { text: 'x'.repeat(65_536) })
  // A client that reads nothing of a 3 MiB answer: the stop waits for it for two seconds.
  const reader = connect({ path: node.home.paths.socketPath })
  reader.on('error', () => {})
  reader.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'chat.history', params: { limit: 1_000 } })}\n`)
  await once(reader, 'readable')
  node.program.kill('SIGINT')
  await node.program.says('Stopping', 'stderr')
  expect(node.program.ending).toBeUndefined()
  node.program.kill('SIGINT')
  expect(await node.program.ended(STOP_MS)).toMatchObject({ code: 130 })
  reader.destroy()
})

test('node.stop is answered, then the node stops as by a signal', async () => {
  await using node = await DaemonNode.running()
  expect(await node.client.call('node.stop', [])).toBe(true)
  expect(await node.program.ended(STOP_MS)).toMatchObject({ code: 0, signal: null })
  expect(readdirSync(node.home.paths.runtimeDir)).toEqual([])
})

test('node.stop ends a node that waits for a seed', async () => {
  await using seed = await SilentServer.listen(loopbackHost())
  await using node = await DaemonNode.started({ config: { net: [`seeds = ["tcp://${seed.address}"]`] } })
  await seed.isConnected()
  expect(await node.client.call('node.stop', [])).toBe(true)
  expect(await node.program.ended(STOP_MS)).toMatchObject({ code: 0, signal: null })
})

test('a second daemon on one home names the first and leaves it alone', async () => {
  await using node = await DaemonNode.running({ hasTcpRpc: true })
  const second = await Program.run('dchatd', ['--home', node.home.path])
  expect(second).toMatchObject({ code: 4, stderr: expect.stringContaining(`process ${node.program.pid}`) })
  expect(await node.client.call('ping', [])).toBe('pong')
  expect(existsSync(node.home.paths.socketPath)).toBe(true)
  expect(existsSync(node.home.paths.cookiePath)).toBe(true)
})

test('the socket of a killed daemon is replaced', async () => {
  await using node = await DaemonNode.running()
  await node.kill('SIGKILL')
  expect(statSync(node.home.paths.socketPath).isSocket()).toBe(true)
  await node.start()
  expect(await node.client.call('ping', [])).toBe('pong')
})

test('a home is free again after a stop', async () => {
  await using node = await DaemonNode.running()
  const first = node.program.pid
  await node.kill('SIGTERM')
  await node.start()
  await node.reaches('run')
  expect(node.program.pid).not.toBe(first)
})

describe('a configuration that will not do: 2, where and why', () => {
  test.each([
    ['a wrong type', '[rpc]\nrpc_listen = ""\n\n[net]\nlocalnet = "yes"\n', 5, 'localnet'],
    ['no TOML', '[rpc]\nrpc_listen =\n', 2, ''],
    ['an unknown key in a table of ours', '[store]\nmax_byte = 1000000\n', 2, 'max_bytes'],
    ['an address that is none', '[net]\npeers = ["example.org"]\n', 2, 'example.org'],
  ])('%s', async (_what, config, line, naming) => {
    const { ending, file, left } = await startedWith(config)
    expect(ending).toMatchObject({ code: 2, stdout: '' })
    expect(ending.stderr).toContain(`${file}:${line}:`)
    expect(ending.stderr).toContain(naming)
    expect(ending.stderr.trim().split('\n')).toHaveLength(1)
    expect(left).toEqual([])
  })

  test('a file that is not there', async () => {
    const ending = await Program.run('dchatd', ['--config', '/nonexistent/dchatd.toml'])
    expect(ending).toMatchObject({ code: 2, stderr: expect.stringContaining('/nonexistent/dchatd.toml') })
  })
})

describe('flags', () => {
  test('unknown: 2, and the nearest', async () => {
    const { ending } = await startedWith('', ['--peer', 'tcp://127.0.0.1:1'])
    expect(ending).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('did you mean --peers?') })
  })

  test('--help and --version print and end with 0, touching nothing', async () => {
    using home = new TempHome()
    const help = await Program.run('dchatd', ['--home', home.path, '--help'])
    expect(help).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('--outbound-slots') })
    expect(await Program.run('dchatd', ['--home', home.path, '--version'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^dchatd \d+\.\d+\.\d+\n$/),
    })
    expect(readdirSync(home.path)).toEqual([])
  })

  test('win over the file', async () => {
    const host = loopbackHost()
    await using node = await DaemonNode.running({
      listens: false,
      args: ['--accept', `tcp://${host}:0`, '--outbound-slots', '3'],
    })
    expect((await node.info()).listen[0]).toContain(host)
    expect((await node.client.call('p2p.get_info', [])).outbound_slots).toEqual([0, 0, 0])
  })
})

test('a node that cannot be reached says so and runs', async () => {
  await using node = await DaemonNode.running({ listens: false })
  expect(node.program.stderr).toContain('Not configured for accepting incoming connections.')
  expect(await node.info()).toMatchObject({ listen: [], external_addrs: [] })
})

test('the first run writes a commented configuration that the second reads', async () => {
  using home = new TempHome()
  const args = ['--home', home.path, '--rpc-listen', '']
  for (const isFirst of [true, false]) {
    await using program = new Program('dchatd', args)
    await program.says('RPC listens', 'stderr')
    expect(program.stderr.includes('Configuration written')).toBe(isFirst)
    program.kill('SIGTERM')
    expect(await program.ended(STOP_MS)).toMatchObject({ code: 0 })
  }
  expect(statSync(home.paths.configFile).mode & 0o777).toBe(0o600)
})
