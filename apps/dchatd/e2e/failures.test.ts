/** What keeps a daemon from running: its exit code, one line that says what to do, and nothing lost. */
import { DatabaseSync } from 'node:sqlite'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { DaemonNode, Program, SilentServer, TempHome, loopbackHost, until } from '@dchat/e2e'
import type { Ending } from '@dchat/e2e'

interface Failure {
  readonly code: string
  readonly reason: string
  readonly hint: string
}

/** What the log says of the end. */
function failureIn({ stderr }: Pick<Ending, 'stderr'>): Failure {
  const lines = stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Failure & { level: string })
  const errors = lines.filter(({ level }) => level === 'error')
  expect(errors).toHaveLength(1)
  return errors[0]!
}

const run = (home: TempHome, ...args: string[]): Promise<Ending> =>
  Program.run('dchatd', ['--home', home.path, '--rpc-listen', '', ...args])

describe('an address in use: 3, the address and the key', () => {
  test('of the RPC', async () => {
    await using taken = await SilentServer.listen('127.0.0.1')
    using home = new TempHome()
    const address = `tcp://${taken.address}`
    const ending = await Program.run('dchatd', ['--home', home.path, '--rpc-listen', address])
    expect(ending.code).toBe(3)
    expect(failureIn(ending)).toMatchObject({
      reason: `${address} is in use by another process`,
      hint: 'stop it, or set another address in rpc.rpc_listen',
    })
    expect(readdirSync(home.paths.runtimeDir)).toEqual([])
  })

  test('for peers, one of several', async () => {
    await using taken = await SilentServer.listen(loopbackHost())
    using home = new TempHome()
    const ending = await run(home, '--accept', `tcp://127.0.0.1:0,tcp://${taken.address}`)
    expect(ending.code).toBe(3)
    expect(failureIn(ending)).toMatchObject({
      reason: `tcp://${taken.address}/ is in use by another process`,
      hint: 'stop it, or set another address in net.inbound',
    })
    expect(readdirSync(home.paths.runtimeDir)).toEqual([])
  })
})

describe('one daemon a data folder: 4, and the process that has it', () => {
  test('a second one', async () => {
    await using node = await DaemonNode.running()
    const ending = await Program.run('dchatd', ['--home', node.home.path])
    expect(ending.code).toBe(4)
    const { reason, hint } = failureIn(ending)
    expect(reason).toContain(`process ${node.program.pid} already uses this data folder`)
    expect(hint).toBe('stop it, or use another folder: --home')
    expect(await node.client.call('ping', [])).toBe('pong')
  })

  test('of fifty at once exactly one runs', async () => {
    using home = new TempHome()
    const programs = Array.from({ length: 50 }, () => new Program('dchatd', ['--home', home.path, '--rpc-listen', '']))
    try {
      const isSettled = ({ ending, stderr }: Program): boolean => ending !== undefined || stderr.includes('RPC listens')
      await until('each has started or ended', () => programs.every(isSettled), { timeoutMs: 55_000 })
      const winners = programs.filter(({ ending }) => ending === undefined)
      expect(winners).toHaveLength(1)
      for (const { ending } of programs) {
        if (ending === undefined) continue
        expect(ending.code).toBe(4)
        expect(failureIn(ending).reason).toMatch(new RegExp(`^(process ${winners[0]!.pid}|another process) already uses`))
      }
      winners[0]!.kill('SIGTERM')
      expect(await winners[0]!.ended()).toMatchObject({ code: 0 })
    } finally {
      await Promise.all(programs.map((program) => program[Symbol.asyncDispose]()))
    }
  })
})

describe('data that cannot be used: 5', () => {
  test('a message store of a newer version is not touched', async () => {
    using home = new TempHome()
    await stored(home)
    const db = new DatabaseSync(home.paths.storePath)
    db.exec('PRAGMA user_version = 99')
    db.close()
    const before = readFileSync(home.paths.storePath)
    const ending = await run(home)
    expect(ending.code).toBe(5)
    expect(failureIn(ending)).toMatchObject({ code: 'STORE_TOO_NEW', hint: expect.stringContaining('not touched') })
    expect(readFileSync(home.paths.storePath).equals(before)).toBe(true)
  })

  test('a known hosts file that cannot be read', async () => {
    using home = new TempHome()
    mkdirSync(home.paths.hostlistPath, { recursive: true })
    const ending = await run(home)
    expect(ending.code).toBe(5)
    expect(failureIn(ending).reason).toContain(home.paths.hostlistPath)
  })

  test('a data folder that is a file', async () => {
    using home = new TempHome()
    writeFileSync(home.paths.dataDir, 'not a folder')
    const ending = await run(home)
    expect(ending.code).toBe(5)
    const reason = `the folder ${home.paths.dataDir} cannot be made: a file stands in its way`
    expect(failureIn(ending)).toMatchObject({
      reason,
      hint: 'make it a folder that this user may write to, or use another folder: --home',
    })
    const log = join(home.path, 'x.log')
    const withLog = await run(home, '--log', log)
    expect(withLog.stderr).toBe(`dchatd: ${reason}; ${failureIn(ending).hint}\n`)
    expect(readFileSync(log, 'utf8')).toContain('Could not start')
  })

  test.each(['/proc/none/home', '/sys/none'])('a home under %s, where no folder can be made', async (home) => {
    const ending = await Program.run('dchatd', ['--home', home, '--rpc-listen', ''])
    expect(ending.code).toBe(5)
    expect(failureIn(ending).reason).toContain(`the folder ${home}/data`)
  })
})

test('a damaged message store is set aside and said, and the daemon goes on without it', async () => {
  using home = new TempHome()
  await stored(home)
  const damaged = Buffer.alloc(8_192, 0x5a)
  writeFileSync(home.paths.storePath, damaged)
  await using program = new Program('dchatd', ['--home', home.path, '--rpc-listen', ''])
  await program.says('RPC listens', 'stderr')
  const aside = readdirSync(home.paths.dataDir).filter((name) => name.startsWith('messages.db.damaged-'))
  expect(aside).toHaveLength(1)
  expect(readFileSync(join(home.paths.dataDir, aside[0]!)).equals(damaged)).toBe(true)
  expect(program.stderr).toContain('Message store is damaged: it was set aside and a new one is started')
  expect(program.stderr).toContain(aside[0])
  program.kill('SIGTERM')
  expect(await program.ended()).toMatchObject({ code: 0 })
})

test('a key that is gone is not replaced in silence: the log and node.get_info say that the node is somebody new', async () => {
  await using node = await DaemonNode.started()
  const before = await node.info()
  expect(before.warnings).toEqual([])
  await node.kill('SIGTERM')
  rmSync(node.home.paths.identityPath)
  await node.start()
  const after = await node.info()
  expect(after.key).not.toBe(before.key)
  expect(after.warnings).toMatchObject([{ kind: 'key_lost' }])
  expect(node.program.stderr).toContain('The own key was gone')
  await node.kill('SIGTERM')
  await node.start()
  expect((await node.info()).warnings).toEqual([])
})

/** A home whose daemon has run once. */
async function stored(home: TempHome): Promise<void> {
  await using program = new Program('dchatd', ['--home', home.path, '--rpc-listen', ''])
  await program.says('RPC listens', 'stderr')
  program.kill('SIGTERM')
  await program.ended()
  expect(existsSync(home.paths.storePath)).toBe(true)
}
