/** The examples of README.md: the first alone, the others one after the other as one program. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const PACKAGE = new URL('../../', import.meta.url)
const README = readFileSync(new URL('README.md', PACKAGE), 'utf8')

const BLOCKS = [...README.matchAll(/```ts\n([^]*?)```/g)].map(([, code]) => code!)

/** Runs a program in the package's folder. @returns what it printed */
async function run(code: string): Promise<string> {
  const args = ['--conditions=@dchat/source', '--input-type=module-typescript', '--eval', code]
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: fileURLToPath(PACKAGE) })
  expect(stderr).toBe('')
  return stdout
}

test('the first example of README.md is a program by itself', async () => {
  expect(await run(BLOCKS[0]!)).toBe('hello, alice\n')
})

test('the other examples of README.md run, end, and say what they should', async () => {
  expect(BLOCKS).toHaveLength(4)
  const stdout = await run(BLOCKS.slice(1).join('\n'))
  expect(stdout).toMatch(/^tcp:\/\/127\.0\.0\.1:\d+\/ to every peer, encoded once$/m)
  expect(stdout).toMatch(/^tcp:\/\/127\.0\.0\.1:\d+\/ to one$/m)
  expect(stdout).toMatch(/^tcp:\/\/127\.0\.0\.1:\d+\/ welcome$/m)
  expect(stdout).toMatch(/^send /m)
  expect(stdout).toMatch(/^[0-3]( [0-3]){19}$/m)
})
