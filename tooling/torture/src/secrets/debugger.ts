/** Signals at which Node would open a way in. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { DaemonNode, Program, SeedNode, SilentServer, until } from '@dchat/e2e'
import { promise } from '../experiment.ts'
import type { Experiment, Finding } from '../experiment.ts'

/** Any free port, so that nothing else is in the way of a debugger. */
const PROGRAM = { env: { NODE_OPTIONS: '--inspect-port=127.0.0.1:0' } }
const OPENED = 'Debugger listening'

/** Plain Node opens it: by the time it has, a program that was signalled before would have as well. */
async function nodeOpensDebugger(): Promise<boolean> {
  const env = { ...process.env, ...PROGRAM.env }
  const child = spawn(process.execPath, ['-e', 'console.log("runs"); setInterval(() => {}, 1000)'], { env })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  try {
    await once(child.stdout, 'data')
    child.kill('SIGUSR1')
    return await until('Node opens its debugger', () => said.includes(OPENED) || child.exitCode !== null)
  } finally {
    child.kill('SIGKILL')
    await once(child, 'close')
  }
}

async function signalAll(): Promise<Finding[]> {
  await using node = await DaemonNode.running({ program: PROGRAM })
  await using seed = await SeedNode.started({ program: PROGRAM })
  await using silent = await SilentServer.listen('127.0.0.1')
  const rpc = ['--rpc', `tcp://${silent.address}`, '--cookie-file', node.home.write('no-cookie', 'none')]
  // They wait for an answer.
  await using client = new Program('dchat-cli', [...rpc, 'ping'], PROGRAM)
  await silent.isConnected()
  await using chat = new Program('dchat-tui', ['--home', node.home.path, '--plain'], PROGRAM)
  chat.write('/help\n')
  await chat.says('/rooms', 'stderr')

  const programs = [node.program, seed.program, client, chat]
  for (const program of programs) program.kill('SIGUSR1')
  const isOpenedByNode = await nodeOpensDebugger()
  await node.client.call('ping', [])
  const opened = programs.filter(({ stderr }) => stderr.includes(OPENED)).map(({ name }) => name.split(' ')[0])
  const gone = programs.filter(({ ending }) => ending !== undefined).map(({ name }) => name.split(' ')[0])
  return [
    promise('SIGUSR1 to dchatd, lilith, dchat-cli and dchat-tui', {
      outcome: `${opened.length} debuggers open, ${gone.length} programs ended ${[...opened, ...gone].join(', ')}`.trim(),
      aim: 'none open, none ended',
      isMet: opened.length + gone.length === 0,
    }),
    promise('the same to Node itself', {
      outcome: isOpenedByNode ? 'its debugger is open' : 'nothing',
      aim: 'its debugger is open: the signal is the one',
      isMet: isOpenedByNode,
    }),
  ]
}

export const DEBUGGER: Experiment = {
  part: 'secrets',
  name: 'debugger',
  claim: 'no signal has a program open the debugger of Node, which every user of the computer could then drive it with',
  run: signalAll,
}
