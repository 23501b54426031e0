/** What systemd hears of a daemon that it started. Protocol: sd_notify(3). */
import { spawnSync } from 'node:child_process'
import { existsSync, lstatSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ServiceManager } from '@dchat/daemon'
import { ManualClock, MemoryLogger } from '@dchat/system'
import { DaemonNode, NotifySocket, Program, SilentServer, TempHome, loopbackHost, until } from '@dchat/e2e'

const CONFIG = '[net]\nlocalnet = true\n[rpc]\nrpc_listen = "tcp://127.0.0.1:0"\n'

/** A daemon as a unit of Type=notify starts it. */
function started(home: TempHome, env: NodeJS.ProcessEnv, args: readonly string[] = []): Program {
  if (!existsSync(home.paths.configFile)) home.write('dchatd.toml', CONFIG)
  return new Program('dchatd', ['--home', home.path, ...args], { env })
}

test('ready is said once the RPC answers, stopping at the signal, and the end is 0', async () => {
  await using systemd = await NotifySocket.listen()
  using home = new TempHome()
  await using program = started(home, { NOTIFY_SOCKET: systemd.path })
  const ready = await systemd.hears('READY', '1')
  expect(systemd.messages).toHaveLength(1)
  expect(ready['STATUS']).toMatch(/peers$/)
  const client = connect({ path: home.paths.socketPath })
  client.write('{"jsonrpc":"2.0","id":1,"method":"ping"}\n')
  const [answer] = (await once(client, 'data')) as [Buffer]
  expect(JSON.parse(answer.toString())).toMatchObject({ result: 'pong' })
  client.destroy()
  program.kill('SIGTERM')
  expect(await program.ended()).toMatchObject({ code: 0 })
  await systemd.hears('STOPPING', '1')
})

test('a daemon that waits for its seeds is ready: its RPC answers', async () => {
  await using systemd = await NotifySocket.listen()
  await using seed = await SilentServer.listen(loopbackHost())
  using home = new TempHome()
  home.write('dchatd.toml', `[net]\nlocalnet = true\nseeds = ["tcp://${seed.address}"]\n[rpc]\nrpc_listen = ""\n`)
  await using program = started(home, { NOTIFY_SOCKET: systemd.path })
  expect(await systemd.hears('READY', '1')).toMatchObject({ STATUS: 'Asking the seeds, 0 peers' })
  program.kill('SIGINT')
  expect(await program.ended()).toMatchObject({ code: 0 })
})

test('a daemon that cannot start is never ready', async () => {
  await using systemd = await NotifySocket.listen()
  await using other = await DaemonNode.started()
  await using program = new Program('dchatd', ['--home', other.home.path], { env: { NOTIFY_SOCKET: systemd.path } })
  expect(await program.ended()).toMatchObject({ code: 4 })
  await systemd.hears('STOPPING', '1')
  expect(systemd.messages.filter((message) => 'READY' in message)).toEqual([])
})

test('a reload is said, with its time, and when it is over, whether the file is good or not', async () => {
  await using systemd = await NotifySocket.listen()
  using home = new TempHome()
  await using program = started(home, { NOTIFY_SOCKET: systemd.path })
  await systemd.hears('READY', '1')
  for (const [said, text] of [
    ['Settings reloaded', CONFIG],
    ['Configuration cannot be used', 'net = 1\n'],
  ] as const) {
    const before = systemd.messages.length
    writeFileSync(home.paths.configFile, text)
    program.kill('SIGHUP')
    expect(await systemd.hears('RELOADING', '1', before)).toMatchObject({
      MONOTONIC_USEC: expect.stringMatching(/^\d+$/) as string,
    })
    await systemd.hears('READY', '1', before)
    expect(program.stderr).toContain(said)
    expect(systemd.messages.slice(before).map((message) => Object.keys(message)[0])).toEqual(['RELOADING', 'READY'])
  }
})

test('the watchdog hears of a daemon that works', async () => {
  await using systemd = await NotifySocket.listen()
  using home = new TempHome()
  await using program = started(home, { NOTIFY_SOCKET: systemd.path, WATCHDOG_USEC: '100000' })
  await systemd.hears('WATCHDOG', '1')
  await systemd.hears('WATCHDOG', '1', systemd.messages.length)
  expect(program.stderr).not.toContain('Not healthy')
})

test('the watchdog hears nothing while the daemon does not work', async () => {
  await using systemd = await NotifySocket.listen()
  const [clock, log] = [new ManualClock(), new MemoryLogger()]
  let isHealthy = true
  const manager = new ServiceManager({
    env: { ...process.env, NOTIFY_SOCKET: systemd.path, WATCHDOG_USEC: '60000000' },
    clock,
    log,
    status: () => 'well',
    isHealthy: () => isHealthy,
  })
  await manager.ready()
  for (const healthy of [true, false, true]) {
    const before = systemd.messages.length
    isHealthy = healthy
    await clock.advance(29_999)
    expect(systemd.messages).toHaveLength(before)
    await clock.advance(1)
    if (healthy) await systemd.hears('WATCHDOG', '1', before)
    await until('it waits again', () => clock.pendingTimers === 1)
  }
  await manager.stopping()
  expect(clock.pendingTimers).toBe(0)
  await systemd.hears('STOPPING', '1')
  const told = systemd.messages.filter((message) => 'WATCHDOG' in message)
  expect(told).toEqual([1, 2].map(() => ({ WATCHDOG: '1', STATUS: 'well' })))
  expect(log.records.map(({ level }) => level)).toEqual(['error'])
})

test("another process's watchdog is none of ours", async () => {
  await using systemd = await NotifySocket.listen()
  using home = new TempHome()
  await using program = started(home, { NOTIFY_SOCKET: systemd.path, WATCHDOG_USEC: '1000', WATCHDOG_PID: '1' })
  await systemd.hears('READY', '1')
  program.kill('SIGTERM')
  await program.ended()
  await systemd.hears('STOPPING', '1')
  expect(systemd.messages.filter((message) => 'WATCHDOG' in message)).toEqual([])
})

test('without the program that tells systemd the daemon runs, and says what is wrong once', async () => {
  using home = new TempHome()
  await using program = started(home, { NOTIFY_SOCKET: '/nowhere', PATH: home.path })
  await program.says('systemd-notify failed', 'stderr')
  program.kill('SIGTERM')
  expect(await program.ended()).toMatchObject({ code: 0 })
  expect(program.stderr.split('systemd-notify failed')).toHaveLength(2)
})

test('the pid file is there while the daemon runs, for all to read', async () => {
  using home = new TempHome()
  const file = join(home.path, 'deep/dchatd.pid')
  await using program = started(home, {}, ['--pid-file', file])
  await until('it is there', () => existsSync(file))
  expect(readFileSync(file, 'utf8')).toBe(`${program.pid}\n`)
  expect(statSync(file).mode & 0o777).toBe(0o644)
  program.kill('SIGTERM')
  expect(await program.ended()).toMatchObject({ code: 0 })
  expect(existsSync(file)).toBe(false)
})

test('a pid file that cannot be written ends the start with a line that names it', async () => {
  using home = new TempHome()
  await using program = started(home, {}, ['--pid-file', home.path])
  expect(await program.ended()).toMatchObject({ code: 2 })
  expect(program.stderr).toContain(`--pid-file: \\"${home.path}\\" cannot be written`)
})

test('a pid file that names a pipe or a device ends the start, and leaves that as it is', async () => {
  using home = new TempHome()
  const pipe = join(home.path, 'pipe')
  expect(spawnSync('mkfifo', [pipe]).status).toBe(0)
  await using program = started(home, {}, ['--pid-file', pipe])
  expect(await program.ended()).toMatchObject({ code: 2 })
  expect(program.stderr).toContain(`--pid-file: \\"${pipe}\\" cannot be written: it is no file`)
  expect(lstatSync(pipe).isFIFO()).toBe(true)
})

test('with the socket off, clients find the daemon by the addresses it has noted', async () => {
  using home = new TempHome()
  home.write('dchatd.toml', `${CONFIG}rpc_socket = ""\n`)
  await using program = started(home, {})
  await program.says('RPC listens', 'stderr')
  await until('they are noted', () => existsSync(home.paths.addressPath))
  expect(readFileSync(home.paths.addressPath, 'utf8')).toMatch(/^tcp:\/\/127\.0\.0\.1:[1-9]\d*\n$/)
  expect(await Program.run('dchat-cli', ['--home', home.path, 'ping'])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('pong') as string,
  })
  program.kill('SIGTERM')
  expect(await program.ended()).toMatchObject({ code: 0 })
  expect(existsSync(home.paths.addressPath)).toBe(false)
})
