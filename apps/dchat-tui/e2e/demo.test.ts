/** `pnpm demo` on a terminal: friends who answer wherever one speaks, and nothing left when the window is closed. */
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { TestHome, TuiProcess } from './tui-process.ts'

const DEMO = fileURLToPath(new URL('../../../tooling/demo/demo.ts', import.meta.url))

it('answers in the room one speaks in, and takes its nodes and files away with the terminal', { timeout: 120_000 }, async () => {
  using folder = new TestHome()
  await using tui = new TuiProcess({ home: folder.path, script: [DEMO], env: { TMPDIR: folder.path } })
  await tui.showsText('welcome! say something')
  tui.type('/join cats\r')
  await tui.showsText(':cats')
  tui.type('hello cats\r')
  await tui.showsText('hello! your line came straight to me')
  expect(tui.terminal.text).not.toContain('Error')
  tui.hangUp()
  await expect.poll(() => readdirSync(folder.path).filter((name) => name.startsWith('dchat-')), { timeout: 60_000 }).toEqual([])
})
