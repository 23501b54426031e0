/** The verbs that run no daemon: what they print, and that they leave nothing behind. */
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { DaemonNode, Program, TempHome } from '@dchat/e2e'

test('check reads everything, starts and writes nothing', async () => {
  using home = new TempHome()
  const check = (...args: string[]): ReturnType<typeof Program.run> =>
    Program.run('dchatd', ['--home', home.path, 'check', ...args])
  expect(await check()).toMatchObject({
    code: 0,
    stderr: '',
    stdout: `OK: ${home.paths.configFile} is not there, the defaults hold\n`,
  })
  expect(readdirSync(home.path)).toEqual([])

  const file = home.write(
    'dchatd.toml',
    '[net]\nlocalnet = true\nseed = 1\n[[rpc.token]]\nname = "t"\nhash_file = "t.hash"\nmethods = ["pnig"]\n',
  )
  writeFileSync(join(home.path, 't.hash'), `sha256:${'0'.repeat(64)}\n`)
  expect(await check()).toMatchObject({
    code: 0,
    stdout: [
      `warning: ${file}:3: net.seed: unknown key, ignored; did you mean seeds?`,
      'warning: the token "t": there is no method "pnig"; did you mean ping?',
      `OK: ${file}`,
      '',
    ].join('\n'),
  })
  home.write('dchatd.toml', '[net]\nlocalnet = 1\n')
  expect(await check()).toMatchObject({
    code: 2,
    stdout: '',
    stderr: `dchatd: ${file}:2: net.localnet: must be true or false, is a number\n`,
  })
  expect(readdirSync(home.path).toSorted()).toEqual(['dchatd.toml', 't.hash'])
})

test('check --print has every value with its source: flag, variable, line, default', async () => {
  using home = new TempHome()
  const hash = `sha256:${'0'.repeat(64)}`
  const file = home.write(
    'dchatd.toml',
    `[net]\nlocalnet = true\n[[rpc.token]]\nname = "t"\nhash = "${hash}"\nmethods = ["ping"]\n`,
  )
  const args = ['check', '--print', '--home', home.path, '--outbound-slots', '3']
  const env = { DCHAT_CHAT_NICK: 'eve' }
  const { stdout, code } = await Program.run('dchatd', args, { env })
  expect(code).toBe(0)
  for (const line of [
    /^net\.outbound_connections = 3 +# --outbound-slots$/m,
    /^chat\.nick = "eve" +# DCHAT_CHAT_NICK$/m,
    new RegExp(`^net\\.localnet = true +# ${file}:2$`, 'm'),
    new RegExp(`^rpc\\.token\\[0\\]\\.hash = set +# ${file}:5$`, 'm'),
    /^net\.seeds = \[\] +# default$/m,
  ])
    expect(stdout).toMatch(line)
  expect(stdout).not.toContain(hash)
  const json = JSON.parse((await Program.run('dchatd', [...args, '--json'], { env })).stdout) as { values: { key: string }[] }
  expect(json.values.find(({ key }) => key === 'rpc.token[0].hash')).toEqual({
    key: 'rpc.token[0].hash',
    set: true,
    source: { kind: 'file', file, line: 5 },
  })
})

test('init writes the file for its owner alone, and not over another', async () => {
  using home = new TempHome()
  const { configFile } = home.paths
  const init = (): ReturnType<typeof Program.run> => Program.run('dchatd', ['init', '--home', home.path])
  expect(await init()).toMatchObject({ code: 0, stdout: `Configuration written: ${configFile}\n` })
  expect(statSync(configFile).mode & 0o777).toBe(0o600)
  expect(readdirSync(home.path)).toEqual(['dchatd.toml'])
  expect(await init()).toMatchObject({ code: 0, stdout: `Configuration is there already: ${configFile}\n` })
  writeFileSync(configFile, '# mine\n')
  expect(await init()).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(`${configFile}: is there already`) })
  expect(readFileSync(configFile, 'utf8')).toBe('# mine\n')
  const file = join(home.path, 'deep/other.toml')
  expect(await Program.run('dchatd', ['init', '-c', file])).toMatchObject({ code: 0, stdout: `Configuration written: ${file}\n` })
})

test('paths are those of the run, each with what decides it', async () => {
  using home = new TempHome()
  mkdirSync(join(home.path, 'run'))
  const file = home.write('dchatd.toml', '[net]\nhostlist = "/srv/h.tsv"\n')
  const { stdout } = await Program.run('dchatd', ['paths', '--json'], {
    env: { DCHAT_HOME: home.path, DCHAT_LOG_FILE: '/tmp/d.log' },
  })
  expect(JSON.parse(stdout)).toMatchObject({
    config: { path: file, source: 'DCHAT_HOME' },
    messages: { path: home.paths.storePath, source: 'DCHAT_HOME' },
    hostlist: { path: '/srv/h.tsv', source: `${file}:2` },
    bans: { path: '/srv/bans.tsv', source: `${file}:2` },
    log: { path: '/tmp/d.log', source: 'DCHAT_LOG_FILE' },
    socket: { path: home.paths.socketPath, source: 'DCHAT_HOME' },
  })
})

test('version names the program and its parts', async () => {
  const { stdout } = await Program.run('dchatd', ['version', '--json'])
  expect(JSON.parse(stdout)).toMatchObject({
    version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    protocol: '0.4.1',
    node: process.versions.node,
  })
})

test('a token lets in what its table says, and nothing else', async () => {
  const made = await Program.run('dchatd', ['token', 'robot', '--methods', 'ping,chat.*'])
  expect(made).toMatchObject({ code: 0, stderr: '' })
  const secret = /^Token, shown this once: (\S{43})$/m.exec(made.stdout)![1]!
  const table = made.stdout.slice(made.stdout.indexOf('[[rpc.token]]'))
  expect(table).toBe(
    [
      '[[rpc.token]]',
      'name = "robot"',
      `hash = "sha256:${createHash('sha256').update(secret).digest('hex')}"`,
      'methods = ["ping", "chat.*"]',
      '',
    ].join('\n'),
  )
  await using node = await DaemonNode.running({ hasTcpRpc: true })
  writeFileSync(node.home.paths.configFile, `${readFileSync(node.home.paths.configFile, 'utf8')}\n${table}`)
  node.program.kill('SIGHUP')
  await node.program.says('Configuration read again', 'stderr')
  const ask = async (method: string): Promise<number> => {
    const response = await fetch(`http://127.0.0.1:${await node.rpcPort()}/`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: [] }),
    })
    return ((await response.json()) as { error?: { code: number } }).error?.code ?? 0
  }
  expect(await ask('ping')).toBe(0)
  expect(await ask('chat.history')).toBe(0)
  expect(await ask('node.stop')).not.toBe(0)
  expect(await node.client.call('ping', [])).toBe('pong')
})

test.each([
  [['chekc'], 'chekc: there is no such verb; did you mean check?'],
  [['run', 'more'], 'more: unexpected argument; see --help'],
  [['token', 'a b'], 'a b: a name has 1 to 64 letters'],
  [['token', '--methods', 'chat.sned'], '--methods: there is no method "chat.sned"; did you mean chat.send?'],
  [['paths', '--print'], '--print: is no flag of paths; it belongs to check'],
])('%j: 2, and what to do', async (args, message) => {
  const ending = await Program.run('dchatd', args)
  expect(ending).toMatchObject({ code: 2, stdout: '' })
  expect(ending.stderr).toContain(`dchatd: ${message}`)
  expect(ending.stderr.trim().split('\n')).toHaveLength(1)
})

test('what cannot be used ends the start with the place of it', async () => {
  using home = new TempHome()
  const file = home.write('dchatd.toml', '[net]\nseeds = [\n"tcp://a.example:1",\n"b.example:2",\n]\n')
  const ending = await Program.run('dchatd', ['--home', home.path], { env: { DCHAT_CHAT_NICK: 'eve' } })
  expect(ending).toMatchObject({ code: 2, stdout: '' })
  expect(ending.stderr).toBe(`dchatd: ${file}:4: net.seeds: "b.example:2" is not a URL; write it as "tcp://host:port"\n`)
  const byVariable = await Program.run('dchatd', ['--home', home.path], { env: { DCHAT_NET_SEEDS: 'c.example:3' } })
  expect(byVariable).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('dchatd: DCHAT_NET_SEEDS: "c.example:3" is not a URL'),
  })
})
