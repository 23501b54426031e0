/** The examples of this package's README, pasted into a shell as they stand. */
import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { DaemonNode } from '@dchat/e2e'

const BIN = fileURLToPath(new URL('../../../node_modules/.bin', import.meta.url))
const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const EXAMPLES = [...README.matchAll(/<!-- examples -->\n```sh\n([^]*?)```/g)].map(([, text]) => text!)

test('every example runs', async () => {
  await using node = await DaemonNode.running({ listens: false })
  const cwd = join(node.home.path, 'cwd')
  mkdirSync(cwd)
  const env = { PATH: `${BIN}:${process.env['PATH']}`, DCHAT_HOME: node.home.path }
  expect(EXAMPLES).toHaveLength(2)
  for (const example of EXAMPLES) {
    const { stderr } = await promisify(execFile)('bash', ['--norc', '-euc', `set -o pipefail\n${example}`], { env, cwd })
    expect(stderr).toBe('no peers are connected\n'.repeat(example.match(/cli peers/g)?.length ?? 0))
  }
  expect(readFileSync(join(cwd, 'history.md'), 'utf8')).toContain('hello from a script')
  const texts = (await node.history()).map(({ text }) => text)
  for (const text of ['two', 'a=b is a text', 'from a pipe']) expect(texts).toContain(text)
})
