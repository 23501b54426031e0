/** What the machine does at best right now: figures of the RPC are read beside these. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Exchange } from './exchange.ts'

export interface MachineSpeed {
  /** A line to another Node process and back, over a Unix socket: the median. */
  readonly pingPongUs: number
  /** One fdatasync of 4 KiB in the temporary folder: the median. */
  readonly fdatasyncUs: number
}

const ROUNDS = 4_000
const SYNCS = 200

const ECHO = `require('node:net').createServer((s) => s.on('data', (d) => s.write(d)).on('error', () => {})).listen(process.argv[1], () => console.log('up'))`

export async function machineSpeed(): Promise<MachineSpeed> {
  const folder = mkdtempSync(join(tmpdir(), 'dchat-bench-'))
  try {
    return { pingPongUs: await pingPongUs(join(folder, 'echo')), fdatasyncUs: fdatasyncUs(join(folder, 'sync')) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function pingPongUs(path: string): Promise<number> {
  const child = spawn(process.execPath, ['-e', ECHO, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  try {
    await once(child.stdout, 'data')
    await using exchange = await Exchange.open({
      endpoint: { path },
      request: Buffer.from(`${'x'.repeat(40)}\n`),
      mark: 'line end',
      expected: 'x',
    })
    await exchange.times(ROUNDS / 4)
    const times = await exchange.times(ROUNDS)
    return 1_000 * times.sort((a, b) => a - b)[ROUNDS / 2]!
  } finally {
    child.kill('SIGKILL')
    await exited
  }
}

function fdatasyncUs(path: string): number {
  const file = openSync(path, 'w')
  const times = Array.from({ length: SYNCS }, () => {
    const startMs = performance.now()
    writeSync(file, Buffer.alloc(4_096))
    fdatasyncSync(file)
    return performance.now() - startMs
  })
  closeSync(file)
  return 1_000 * times.sort((a, b) => a - b)[SYNCS / 2]!
}
