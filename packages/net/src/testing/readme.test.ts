/** The examples of README.md, run one after the other as one program. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const PACKAGE = new URL('../../', import.meta.url)
const README = readFileSync(new URL('README.md', PACKAGE), 'utf8')

test('the examples of README.md run, end, and say what they should', async () => {
  const blocks = [...README.matchAll(/```ts\n([^]*?)```/g)].map(([, code]) => code!)
  expect(blocks).toHaveLength(3)
  const args = ['--conditions=@dchat/source', '--input-type=module-typescript', '--eval', blocks.join('\n')]
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: fileURLToPath(PACKAGE) })
  expect(stderr).toBe('')
  expect(stdout).toMatch(/^tcp:\/\/127\.0\.0\.1:\d+\/ to every peer, encoded once$/m)
  expect(stdout).toMatch(/^tcp:\/\/127\.0\.0\.1:\d+\/ to one$/m)
  expect(stdout).toMatch(/^send /m)
  expect(stdout).toMatch(/^[0-3]( [0-3]){19}$/m)
})
