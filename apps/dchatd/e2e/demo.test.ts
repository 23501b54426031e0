/** `pnpm demo` without a terminal: the conversation it had, and 0. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { TempHome } from '@dchat/e2e'

const DEMO = fileURLToPath(new URL('../../../tooling/demo/demo.ts', import.meta.url))

test('the demo finds its nodes through the seed, prints what they said, and leaves nothing', async () => {
  using folder = new TempHome()
  const { PATH } = process.env
  const demo = spawn(process.execPath, [DEMO], { env: { PATH, TMPDIR: folder.path }, stdio: ['ignore', 'pipe', 'pipe'] })
  const [said, errors, [code]] = await Promise.all([text(demo.stdout), text(demo.stderr), once(demo, 'close')])
  expect({ code, errors }).toEqual({ code: 0, errors: '' })
  const lines = said.trimEnd().split('\n')
  expect(lines.slice(-5)).toEqual([
    'They found each other.',
    '<you> hello, is anybody there?',
    '<bob> hello! your line came straight to me, no server in between',
    '<carol> same here. I found you both through the seed',
    '<you> and it stays on each of our nodes. 日本 👋',
  ])
  expect(readdirSync(folder.path).filter((name) => name.startsWith('dchat-'))).toEqual([])
})
