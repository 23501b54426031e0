import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { DaemonNode, LineBook, Program, RawPeer, loopbackHost, until } from '@dchat/e2e'
import { count, promise } from '../experiment.ts'
import type { Experiment, Finding, Trial } from '../experiment.ts'
import { say } from './say.ts'

/** Left above what is open when the limit is set. */
const SPARE_FILES = 8
const LINES = 20

export const fewFiles: Experiment = {
  part: 'faults',
  name: 'few-files',
  claim:
    'A daemon that may open no more files goes on serving those it serves and storing what they say, and takes new ones again once there are files; a start with too few ends and says why.',
  needs: ['prlimit'],
  async run(trial) {
    return [await reachLimit(trial), await startWithFew()]
  },
}

const openFiles = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length

function setLimit(pid: number, files: number | 'unlimited'): void {
  execFileSync('prlimit', ['--pid', `${pid}`, `--nofile=${files}:`])
}

async function reachLimit(trial: Trial): Promise<Finding> {
  const config = { net: ['outbound_connections = 0', 'inbound_connections = 64'], chat: ['rate_limit = 0'] }
  await using node = await DaemonNode.running({ hasTcpRpc: true, config })
  const { pid } = node.program
  const book = new LineBook()
  await using peer = await RawPeer.dial(await node.url(), loopbackHost())
  await peer.greet('dialer')
  await say(node, book, 'before')
  const base = openFiles(pid)
  setLimit(pid, base + SPARE_FILES)

  const crowd: Socket[] = []
  const url = new URL(await node.url())
  const clients = trial.of(40, 400)
  for (let index = 0; index < clients; index += 1) {
    const endpoint = index % 2 === 0 ? { path: node.home.paths.socketPath } : { host: url.hostname, port: Number(url.port) }
    crowd.push(connect({ ...endpoint, ...(index % 2 === 0 ? {} : { localAddress: loopbackHost() }) }).on('error', () => {}))
  }
  await until('no file is left', () => openFiles(pid) >= base + SPARE_FILES - 1)
  for (let line = 0; line < LINES; line += 1) await say(node, book, `without files ${line}`)
  assert.equal((await node.info()).state, 'run')
  assert.equal(peer.isClosed, false)

  for (const socket of crowd) socket.destroy()
  await until('files are free again', () => openFiles(pid) <= base + 2, { timeoutMs: 60_000 })
  await using newcomer = await RawPeer.dial(await node.url(), loopbackHost())
  await newcomer.greet('dialer')
  book.readBack(await node.history())
  assert.deepEqual(book.faults, [])
  assert.equal(node.program.ending, undefined)
  return promise(`${count(clients)} connections at a limit of ${SPARE_FILES} files above what is open`, {
    outcome: `${count(book.promises)} lines of the client it had were stored meanwhile, none missing; its peer stayed; a new peer came in once they were gone`,
    aim: 'those it serves notice nothing, new ones come in afterwards',
    isMet: true, // it would have thrown
  })
}

async function startWithFew(): Promise<Finding> {
  await using node = new DaemonNode({ config: { net: ['outbound_connections = 0'] } })
  const said: string[] = []
  let isSound = true
  for (const files of [24, 28, 32]) {
    await using program = new Program('dchatd', ['--home', node.home.path], { within: ['prlimit', `--nofile=${files}`] })
    await until('it ends or runs', () => program.ending !== undefined || program.stderr.includes('RPC listens'))
    if (program.ending === undefined) {
      program.kill('SIGTERM')
      isSound &&= (await program.ended()).code === 0
      said.push(`${files}: ran`)
      continue
    }
    const { code, stderr } = program.ending
    said.push(`${files}: ended with ${code}`)
    isSound &&= code !== 0 && stderr !== ''
  }
  await node.start()
  await node.reaches('run')
  return promise('starts with too few files, then one with enough', {
    outcome: `${said.join('; ')}; then it ran`,
    aim: 'each runs, or ends and says why; the next one runs',
    isMet: isSound,
  })
}
