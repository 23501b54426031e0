/** Programs run as somebody whose new files everybody may read and write, and what they leave is looked at. */
import { mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Program, SeedNode, TempHome } from '@dchat/e2e'
import type { ProgramOptions } from '@dchat/e2e'
import { count, promise } from '../experiment.ts'
import type { Experiment, Finding, Trial } from '../experiment.ts'
import { SecretTalk } from './secret-talk.ts'

/** As `umask 000` of a shell. */
const WITHIN = ['sh', '-c', 'umask 000; exec "$@"', 'sh']
const OTHERS = 0o077
/** What is for others too: a process id is no secret, and those who watch a daemon may be other users. */
const FOR_ALL = new Set(['dchatd.pid'])
const LOG_MAX_BYTES = 65_536
/** What has to be among the files, so that none is left out by mistake. */
const EXPECTED = [
  'messages.db',
  'messages.db-wal',
  'lock.db',
  'identity.key',
  'box-keys',
  'room-keys',
  'hostlist.tsv',
  'bans.tsv',
  'cookie',
  'rpc-address',
  'tls-fingerprint',
  'dchatd.sock',
  'lilith.sock',
  'dchatd.log',
  'dchatd.log.1',
  'dchatd.toml',
  'backup.db',
  'history.jsonl',
  'input-history',
  'tui-settings.json',
]

/** Everything below a folder: its path from there, and whether others have a right to it. */
function entriesOf(folder: string): { path: string; isOpen: boolean }[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => {
    const mode = statSync(join(folder, path), { throwIfNoEntry: false })?.mode ?? 0
    return { path, isOpen: (mode & OTHERS) !== 0 }
  })
}

/** Clients make the files that clients make. */
async function useClients(talk: SecretTalk, home: string, program: ProgramOptions): Promise<void> {
  const run = (args: readonly string[]): Promise<unknown> => Program.run('dchat-cli', ['--home', home, ...args], program)
  await talk.ann.client.call('store.backup', { path: join(home, 'data/backup.db') })
  await run(['export', '--format', 'jsonl', '-o', join(home, 'history.jsonl')])
  const launcher = fileURLToPath(new URL('../../../../apps/dchat-tui/bin/dchat-tui.js', import.meta.url))
  // Its screen needs a terminal, which `script` gives it.
  const onTerminal = `umask 000; stty rows 24 cols 100; exec '${process.execPath}' '${launcher}' --home '${home}'`
  const options = { env: { ...program.env, TERM: 'xterm' }, within: ['script', '-qefc', onTerminal], command: '/dev/null' }
  await using chat = new Program('dchat-tui', [], options)
  await chat.says('ann')
  chat.write('a line of mine\r')
  await talk.ann.stores('a line of mine')
  chat.write('/quit\r')
  await chat.ended()
}

async function look({ random }: Trial): Promise<Finding[]> {
  using cache = new TempHome()
  const program = { within: WITHIN, env: { XDG_CACHE_HOME: cache.path } }
  // A log that is full is set aside, and another one made.
  const log = [`file = "${cache.write('dchatd.log', 'x'.repeat(LOG_MAX_BYTES))}"`, `max_bytes = ${LOG_MAX_BYTES}`]
  await using talk = await SecretTalk.held({
    random,
    nodes: {
      ann: { program, hasTls: true, args: ['--pid-file', join(cache.path, 'dchatd.pid')], config: { log } },
      bob: { program },
    },
  })
  await using seed = await SeedNode.started({ program, hasTcpRpc: true })
  const home = talk.ann.home.path
  await useClients(talk, home, program)
  const init = join(cache.path, 'fresh')
  mkdirSync(init, { mode: 0o700 })
  await Program.run('dchatd', ['init', '--home', init], program)
  const running = [home, talk.bob.home.path, seed.home.path, cache.path].flatMap(entriesOf)
  await talk.ann.client.call('node.stop', [])
  await talk.ann.program.ended()
  await seed.kill('SIGTERM')
  const stopped = [home, seed.home.path].flatMap(entriesOf)
  return judge([...running, ...stopped])
}

function judge(entries: readonly { path: string; isOpen: boolean }[]): Finding[] {
  const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
  const open = entries.filter(({ path, isOpen }) => isOpen && !FOR_ALL.has(nameOf(path))).map(({ path }) => path)
  const missing = EXPECTED.filter((name) => !entries.some(({ path }) => nameOf(path) === name))
  return [
    promise(`${count(entries.length)} files, sockets and folders that the four programs made under umask 000`, {
      outcome: open.length === 0 ? 'none is for others' : `for others: ${[...new Set(open)].join(', ')}`,
      aim: 'none but the process id',
      isMet: open.length === 0,
    }),
    promise(`${EXPECTED.length} kinds of files among them, from keys to the log that was set aside`, {
      outcome: missing.length === 0 ? 'all there' : `not there: ${missing.join(', ')}`,
      aim: 'all there',
      isMet: missing.length === 0,
    }),
  ]
}

export const FILE_MODES: Experiment = {
  part: 'secrets',
  name: 'file-modes',
  claim: 'whatever a program writes is for its user alone, whatever that user lets his programs do',
  run: look,
}
