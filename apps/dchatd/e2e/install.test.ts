/** The programs installed below a prefix, and the units of systemd that start them from there. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { dchatPaths } from '@dchat/rpc'
import { NotifySocket, Program, TempHome, loopbackHost, until } from '@dchat/e2e'
import { UnitFile } from './testing/unit-file.ts'

const INSTALL = fileURLToPath(new URL('../../../tooling/scripts/install.ts', import.meta.url))
/** As systemd has it, with the Node of this repository before. */
const PATH = `${dirname(process.execPath)}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`

let prefix = ''
const install = (): string => execFileSync(process.execPath, [INSTALL, '--prefix', prefix], { encoding: 'utf8' })
const bin = (name: string): string => join(prefix, 'bin', name)

beforeAll(() => {
  prefix = mkdtempSync(join(tmpdir(), 'dchat-prefix-'))
  install()
})
afterAll(() => rmSync(prefix, { recursive: true, force: true }))

test.each(['dchatd', 'dchat-cli', 'dchat-tui', 'lilith'])('%s runs from the prefix with nothing but Node', (name) => {
  const { status, stdout } = spawnSync(bin(name), ['--version'], { env: { PATH }, cwd: '/', encoding: 'utf8' })
  expect({ status, stdout }).toEqual({
    status: 0,
    stdout: expect.stringMatching(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+`)) as string,
  })
  expect(existsSync(join(prefix, 'lib/dchat', name, 'node_modules'))).toBe(false)
  expect(readFileSync(join(prefix, 'lib/dchat', name, 'dist/third-party-licences.txt'), 'utf8')).toContain('(MIT)')
})

test('a daemon that runs still finds its parts after another installation', async () => {
  using home = new TempHome()
  home.write('dchatd.toml', '[net]\nlocalnet = true\n[rpc]\nrpc_listen = "tcp://127.0.0.1:0"\n')
  await using daemon = new Program('dchatd', ['--home', home.path], { command: bin('dchatd'), env: { PATH } })
  await until('it has noted its addresses', () => existsSync(home.paths.addressPath))
  install()
  const port = /tcp:\/\/127\.0\.0\.1:(\d+)/.exec(readFileSync(home.paths.addressPath, 'utf8'))![1]!
  const response = await fetch(`http://127.0.0.1:${port}/`, {
    method: 'POST',
    headers: { authorization: `Bearer ${readFileSync(home.paths.cookiePath, 'utf8').trim()}` },
    body: '{"jsonrpc":"2.0","id":1,"method":"ping"}',
  })
  expect(await response.json()).toMatchObject({ result: 'pong' })
  daemon.kill('SIGTERM')
  expect(await daemon.ended()).toMatchObject({ code: 0 })
})

const SYSTEM_UNITS = ['dchatd.service', 'dchatd@.service', 'lilith.service'] as const
const unitPath = (name: string, manager: 'system' | 'user' = 'system'): string => join(prefix, 'lib/systemd', manager, name)

describe('units', () => {
  let root = ''
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'dchat-unit-'))
  })
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  const analyze = (args: readonly string[]): { status: number | null; output: string } => {
    const env = { PATH, XDG_RUNTIME_DIR: root, SYSTEMD_COLORS: '0' }
    const { status, stdout, stderr } = spawnSync('systemd-analyze', args, { encoding: 'utf8', env })
    return { status, output: stdout + stderr }
  }

  test.each(SYSTEM_UNITS)('systemd finds nothing wrong with %s', (name) => {
    expect(analyze(['verify', '--man=no', unitPath(name)])).toEqual({ status: 0, output: '' })
  })

  test('systemd finds nothing wrong with the unit of a user', () => {
    expect(analyze(['verify', '--man=no', '--user', unitPath('dchatd.service', 'user')])).toEqual({ status: 0, output: '' })
  })

  test.each(SYSTEM_UNITS)('%s is exposed to little', (name) => {
    const { output } = analyze(['security', '--offline=true', '--no-pager', unitPath(name)])
    expect(Number(/Overall exposure level for \S+: ([\d.]+)/.exec(output)?.[1])).toBeLessThan(2.5)
  })

  test.each([...SYSTEM_UNITS.map((name) => [name, 'system'] as const), ['dchatd.service', 'user'] as const])(
    '%s of the %s leaves V8 its machine code, dumps no core, and does not restart what cannot be mended so',
    (name, manager) => {
      const unit = new UnitFile(unitPath(name, manager))
      expect(unit.value('MemoryDenyWriteExecute')).toBeUndefined()
      expect(unit.value('LimitCORE')).toBe('0')
      expect(unit.value('RestartPreventExitStatus')).toBe('2 4')
      expect([unit.value('Type'), unit.value('NotifyAccess'), unit.value('NoNewPrivileges')]).toEqual(['notify', 'all', 'yes'])
    },
  )

  test('sysusers.d makes the user and the group that the units run as', () => {
    const unit = new UnitFile(unitPath('dchatd.service'))
    expect([unit.value('User'), unit.value('Group')]).toEqual(['dchat', 'dchat'])
    mkdirSync(join(root, 'etc'))
    execFileSync('systemd-sysusers', [`--root=${root}`, join(prefix, 'lib/sysusers.d/dchat.conf')], { stdio: 'pipe' })
    for (const file of ['etc/passwd', 'etc/group']) expect(readFileSync(join(root, file), 'utf8')).toMatch(/^dchat:/m)
  })

  /** Of the configuration that an operator has written. */
  const write = (folder: string, file: string, text: string): void => {
    mkdirSync(join(root, 'etc', folder), { recursive: true })
    writeFileSync(join(root, 'etc', folder, file), text)
  }
  const DCHATD = '[net]\nlocalnet = true\n[rpc]\nrpc_listen = ""\n'
  const lilith = (): string => `[rpc]
rpc_listen = ""
[network."dchatd"]
accept_addrs = ["tcp://${loopbackHost()}:0"]
magic_bytes = [217, 239, 182, 125]
hostlist = "${root}/var/lib/dchat/lilith/hostlist.tsv"
datastore = "${root}/var/lib/dchat/lilith"
`

  test.each([
    ['dchatd.service', 'system', 'dchat', 'run/dchat/dchatd.sock'],
    ['dchatd@.service', 'system', 'dchat-work/dchat', 'run/dchat-work/dchat/dchatd.sock'],
    ['lilith.service', 'system', 'dchat', 'run/dchat/lilith.sock'],
    ['dchatd.service', 'user', 'dchat', 'run/dchat/dchatd.sock'],
  ] as const)('%s of the %s starts, reloads and stops as systemd does it', async (name, manager, folder, socket) => {
    await using systemd = await NotifySocket.listen()
    write(folder, name === 'lilith.service' ? 'lilith.toml' : 'dchatd.toml', name === 'lilith.service' ? lilith() : DCHATD)
    const unit = new UnitFile(unitPath(name, manager))
    // What systemd --user has from the session.
    const session = {
      XDG_CONFIG_HOME: join(root, 'etc'),
      XDG_DATA_HOME: join(root, 'var/lib'),
      XDG_CACHE_HOME: join(root, 'var/cache'),
      XDG_RUNTIME_DIR: join(root, 'run'),
    }
    const env = {
      PATH,
      ...(manager === 'user' ? session : {}),
      ...unit.prepare({ root, instance: 'work' }),
      NOTIFY_SOCKET: systemd.path,
    }
    const [command, ...args] = unit.command('ExecStart')
    expect(command.startsWith(`${prefix}/bin/`)).toBe(true)
    await using service = new Program('dchatd', args, { command, env })

    await systemd.hears('READY', '1')
    const asked = await Program.run('dchat-cli', ['--rpc', `unix://${join(root, socket)}`, 'ping'], {
      command: bin('dchat-cli'),
      env: { PATH },
    })
    expect(asked).toMatchObject({ code: 0, stdout: expect.stringContaining('pong') as string })

    const before = systemd.messages.length
    const [kill, ...killArgs] = unit.command('ExecReload', { MAINPID: String(service.pid) })
    expect(spawnSync(kill, killArgs).status).toBe(0)
    await systemd.hears('RELOADING', '1', before)
    await systemd.hears('READY', '1', before)

    service.kill('SIGTERM')
    expect(await service.ended(10_000)).toMatchObject({ code: 0, signal: null })
    await systemd.hears('STOPPING', '1')
    expect(existsSync(join(root, socket))).toBe(false)
    // Where the next start finds its compiled code.
    expect(readdirSync(join(root, 'var/cache', folder))).toHaveLength(1)
  })

  test('clients find the daemon of the machine where its unit has it', () => {
    const env = new UnitFile(unitPath('dchatd.service')).prepare({ root, instance: '' })
    const { socketPath } = dchatPaths({ env })
    expect(socketPath.slice(root.length)).toBe('/run/dchat/dchatd.sock')
  })
})
