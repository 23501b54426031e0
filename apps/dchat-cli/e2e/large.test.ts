/** More than a page, a pipe or a terminal takes at once; and streams that are closed. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DaemonNode } from '@dchat/e2e'

const LAUNCHER = fileURLToPath(new URL('../bin/dchat-cli.js', import.meta.url))
const LINES = 600
/** Pages end at 4 MiB of text. */
const LINE_BYTES = 8_000

let node: DaemonNode

beforeAll(async () => {
  node = await DaemonNode.running({ listens: false })
})

afterAll(() => node?.[Symbol.asyncDispose]())

const cli = (args: readonly string[], input = '') => node.cli(args, { input })

/** Runs a line of a shell in which `cli` is the program. */
async function sh(line: string): Promise<string> {
  const script = `node=$0 launcher=$1 home=$2; cli() { "$node" "$launcher" --home "$home" "$@"; }; ${line}`
  const { stdout } = await promisify(execFile)('sh', ['-c', script, process.execPath, LAUNCHER, node.home.path], {
    maxBuffer: 64 * 1_048_576,
  })
  return stdout
}

test('send --lines sends each line of a long input, in order', async () => {
  const text = (index: number): string => `${index} `.padEnd(LINE_BYTES, 'x')
  const input = Array.from({ length: LINES }, (_, index) => `${text(index)}\n`).join('')
  const { code, stdout } = await cli(['send', '--lines', '-'], input)
  expect([code, stdout.split('\n')]).toEqual([0, expect.objectContaining({ length: LINES + 1 })])
  expect((await node.history()).map((message) => message.text)).toEqual(Array.from({ length: LINES }, (_, index) => text(index)))
})

test('all of it comes out, whatever the pages, also for a reader that is late', async () => {
  const numbers = (stdout: string, begin: RegExp): number[] => [...stdout.matchAll(begin)].map(([, index]) => Number(index))
  const all = Array.from({ length: LINES }, (_, index) => index)
  expect(numbers(await sh('cli tail -n 1000 | (read -r first; printf "%s\\n" "$first"; cat)'), /> (\d+) x/g)).toEqual(all)
  expect(numbers(await sh('cli tail --since 0'), /> (\d+) x/g)).toEqual(all)
  const exported = (await sh('cli export | cat')).trimEnd().split('\n')
  expect(exported.map((line) => JSON.parse(line) as unknown)).toEqual(await node.history())
})

test.each(['tail -n 1000', 'export', 'chat.history since=0 limit=1000', 'chat.history since=0 limit=1000 --json'])(
  '%s | head ends quietly',
  async (command) => {
    expect(await sh(`{ cli ${command}; echo "ended with $?" >&2; } 2>&1 >/dev/null | cat; cli ${command} | head -c 5`)).toMatch(
      /^ended with 0\n.{5}$/s,
    )
    expect(await sh(`{ { cli ${command}; echo "ended with $?" >&3; } | head -c 5 >/dev/null; } 3>&1`)).toBe('ended with 0\n')
  },
)

test('a stdin that is closed, or nothing, is no text; the other commands do not care', async () => {
  for (const closed of ['<&-', '</dev/null']) {
    expect(await sh(`cli send - ${closed} 2>&1; echo $?`)).toBe('dchat-cli: nothing to send: the text is empty\n2\n')
    expect(await sh(`cli send --lines - ${closed}; echo $?`)).toBe('0\n')
    expect(await sh(`cli ping ${closed}; echo $?`)).toBe('pong\n0\n')
  }
  expect(await sh('cli ping >&- 2>&-; echo $?')).toBe('0\n')
})
