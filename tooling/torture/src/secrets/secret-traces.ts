/** Two people share secrets by every means there is, and all that programs tell of it elsewhere is searched. */
import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { LineClient, Program, SeedNode, SilentServer, TempHome, until } from '@dchat/e2e'
import type { DaemonNode, DaemonNodeOptions, ProgramOptions } from '@dchat/e2e'
import { RpcError } from '@dchat/rpc'
import { count, promise } from '../experiment.ts'
import type { Experiment, Finding, Trial } from '../experiment.ts'
import { commandLineOf, tracesOf } from './process-traces.ts'
import { SecretSearch } from './secret-search.ts'
import { SecretTalk } from './secret-talk.ts'

/** Everything that was told, by where. */
type Told = Record<string, string>

/** Folders that programs are given: for temporary files, for diagnostic reports, and one with a `systemd-notify` that notes what it is told. */
class Surroundings extends TempHome {
  readonly program: ProgramOptions

  constructor() {
    super()
    for (const name of ['tmp', 'reports', 'bin']) mkdirSync(join(this.path, name))
    const notify = this.write('bin/systemd-notify', `#!/bin/sh\n(printf '%s\\n' "$@"; env) >> '${this.path}/notified'\n`)
    chmodSync(notify, 0o700)
    this.program = {
      env: {
        PATH: `${join(this.path, 'bin')}:${process.env['PATH'] ?? ''}`,
        TMPDIR: join(this.path, 'tmp'),
        NOTIFY_SOCKET: join(this.path, 'nobody-listens'),
        NODE_OPTIONS: `--report-on-signal --report-directory=${join(this.path, 'reports')} --report-filename=report.json`,
        DCHAT_LOG_LEVEL: 'trace',
      },
    }
  }

  get report(): string {
    return join(this.path, 'reports/report.json')
  }
}

/** What callers get for calls that are wrong, with secrets in them or about them. */
async function errorsOf({ ann, words }: SecretTalk): Promise<string> {
  const exported = await ann.client.call('identity.export', { passphrase: words.passphrase })
  const room = (await ann.client.call('chat.rooms', {})).find(({ name }) => name === words.roomName)!.room
  const invitation = await ann.client.call('room.invitation', { room })
  const wrong: [string, object][] = [
    ['identity.import', { data: exported, passphrase: 'not this one' }],
    ['identity.import', { data: exported.slice(0, -8), passphrase: words.passphrase }],
    ['identity.export', { passphrase: words.passphrase, more: 1 }],
    ['room.accept', { invitation: `${invitation}x` }],
    ['chat.send', { text: invitation }],
    ['chat.send', { text: words.direct, to: 'nobody' }],
    ['chat.send', { text: words.inRoom, room: 'not a room' }],
    ['room.create', { name: `${words.roomName}:` }],
    ['rpc.auth', { secret: words.token, more: 1 }],
    ['p2p.connect', [`tcp://ann:${words.token}@127.0.0.1:1`]],
    [words.passphrase, {}],
  ]
  const errors = await Promise.all(
    wrong.map(([method, params]) => ann.client.callRaw(method, params).catch((error: unknown) => error)),
  )
  const kept = errors.filter((error) => error instanceof RpcError)
  if (kept.length !== wrong.length) throw new Error(`only ${kept.length} of ${wrong.length} calls failed`)
  return kept.map((error) => `${error.stack} ${JSON.stringify(error)}`).join('\n')
}

/** What is told of the node, and of the network while something secret is said. */
async function newsOf({ ann, bob, words }: SecretTalk): Promise<string> {
  await using follower = await LineClient.connect({ path: ann.home.paths.socketPath })
  const ask = async (method: string, params: unknown): Promise<string> => {
    follower.send({ jsonrpc: '2.0', id: method, method, params })
    return await follower.next()
  }
  const told = [await ask('dnet.switch', [true]), await ask('dnet.subscribe_events', []), await ask('net.subscribe', {})]
  const to = (await bob.client.call('identity.get', [])).key
  const said = `${words.direct} once more`
  await ann.client.call('chat.send', { to, text: said })
  await bob.stores(said)
  for (const method of ['node.get_info', 'net.status', 'node.metrics', 'p2p.get_info', 'rpc.discover'])
    told.push(await ask(method, []))
  // Events come between the answers.
  await until('the send event has come', async () => {
    told.push(await follower.next())
    return told.some((line) => line.includes('"send"'))
  })
  return told.join('\n')
}

/** The command line client as people use it, also wrongly: what it says on standard error, and leaves. */
async function clientsOf({ ann, words }: SecretTalk, { program }: Surroundings, told: Told): Promise<void> {
  await using silent = await SilentServer.listen('127.0.0.1')
  const cookie = ann.home.write('some-cookie', 'a cookie')
  const unanswered = ['--rpc', `tcp://${silent.address}`, '--cookie-file', cookie]
  await using sender = new Program('dchat-cli', [...unanswered, 'send', words.direct], program)
  await silent.isConnected()
  told['the process list, of a dchat-cli that sends'] = await until('the title is set', () => {
    const line = commandLineOf(sender.pid)
    return line.startsWith('dchat-cli') && line
  })
  const home = ['--home', ann.home.path]
  const passphrase = ann.home.write('passphrase', words.passphrase)
  const runs = [
    Program.run('dchat-cli', [...home, 'identity.import', `passphrase=@${passphrase}`, 'data=-'], {
      ...program,
      input: 'nothing',
    }),
    Program.run('dchat-cli', [...home, 'identity.export', `passphrase=${words.passphrase}`], program),
    Program.run('dchat-cli', [...home, 'rpc.auth', words.token], program),
    Program.run('dchat-cli', [...home, 'send', '--to', 'nobody', '-'], { ...program, input: words.direct }),
    Program.run('dchat-cli', [...home, 'accept', '-'], { ...program, input: `dchat-room:${words.roomName}:nothing` }),
  ]
  told['errors of dchat-cli'] = (await Promise.all(runs)).map(({ stderr }) => stderr).join('\n')
}

/** What a start says of a configuration that is wrong where a secret stands. */
async function startErrorsOf({ words }: SecretTalk, { program }: Surroundings): Promise<string> {
  const address = `tcp://ann:${words.token}@127.0.0.1`
  const configs = [
    `[net]\npeers = ["${address}:1"]`,
    `[net]\nseeds = ["${address}"]\n[rpc`,
    `[net]\ntor_socks5_proxy = "${address.replace('tcp', 'socks5')}:1/x"`,
    `[rpc]\nrpc_listen = "${address}:1"`,
    `[[rpc.token]]\nname = "x"\nhash = "${words.token}"\nmethods = ["*"]`,
    `[[rpc.token]]\nname = "x"\ntoken = "${words.token}"`,
  ]
  const endings = await Promise.all(
    configs.map(async (text) => {
      using home = new TempHome()
      home.write('dchatd.toml', `${text}\n`)
      return await Program.run('dchatd', ['--home', home.path], program)
    }),
  )
  const ran = endings.filter(({ code }) => code !== 2)
  if (ran.length > 0) throw new Error(`a wrong configuration was taken: ${JSON.stringify(ran)}`)
  return endings.map(({ stdout, stderr }) => stdout + stderr).join('\n')
}

const nodeOptions = (around: Surroundings, format: 'json' | 'text'): DaemonNodeOptions => ({
  program: around.program,
  config: { log: [`format = "${format}"`] },
})

/** The diagnostic report that Node writes on demand. */
async function reportOf({ program }: DaemonNode, { report }: Surroundings): Promise<string> {
  program.kill('SIGUSR2')
  return await until('the report is written', () => {
    if (!existsSync(report)) return undefined
    const text = readFileSync(report, 'utf8')
    return text.trimEnd().endsWith('}') && text
  })
}

async function search({ random }: Trial): Promise<Finding[]> {
  using around = new Surroundings()
  await using seed = await SeedNode.started({ program: around.program })
  await using talk = await SecretTalk.held({
    random,
    nodes: { ann: nodeOptions(around, 'json'), bob: nodeOptions(around, 'text') },
  })
  const { ann, bob } = talk
  const told: Told = { errors: await errorsOf(talk), 'metrics, state and network events': await newsOf(talk) }
  await clientsOf(talk, around, told)
  told['errors of a start'] = await startErrorsOf(talk, around)
  told['a diagnostic report of dchatd'] = await reportOf(ann, around)
  told['the process list, with the environment, of daemons and their children'] = [ann, bob, seed]
    .map(({ program }) => tracesOf(program.pid))
    .join('\n')
  const secrets = new SecretSearch(talk.secrets)
  const inFiles = secrets.below(join(around.path, 'tmp'))
  const control = secrets.below(ann.home.path)
  const logs = await Promise.all(
    [ann, bob, seed].map(async ({ program }) => {
      program.kill('SIGTERM')
      return (await program.ended()).stderr
    }),
  )
  told['logs of dchatd and lilith at the level trace'] = logs.join('\n')
  told['what systemd is told'] = readFileSync(join(around.path, 'notified'), 'utf8')
  return [...judge(secrets, told), ...judgeFiles(inFiles, control)]
}

function judge(secrets: SecretSearch, told: Told): Finding[] {
  return Object.entries(told).map(([where, text]) => {
    const found = secrets.in(Buffer.from(text, 'utf8'))
    const size = `${count(Buffer.byteLength(text))} bytes`
    return promise(`${where}: ${size}, searched for ${secrets.size} secrets`, {
      outcome: found.length === 0 ? 'none' : found.join(', '),
      aim: 'none',
      isMet: found.length === 0 && text !== '',
    })
  })
}

function judgeFiles(inFiles: readonly string[], control: readonly string[]): Finding[] {
  return [
    promise('temporary files of all programs', {
      outcome: inFiles.length === 0 ? 'none' : inFiles.join(', '),
      aim: 'none',
      isMet: inFiles.length === 0,
    }),
    promise('the same search in the data folder of a node', {
      outcome: `${control.length} found`,
      aim: 'some: the search finds them',
      isMet: control.length > 0,
    }),
  ]
}

export const SECRET_TRACES: Experiment = {
  part: 'secrets',
  name: 'secret-traces',
  claim:
    'no key, credential, invitation, passphrase or private text shows in a log, an error, the process list, a report or a temporary file',
  run: search,
}
