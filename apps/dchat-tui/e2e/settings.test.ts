/** Settings of the built program, in a real pty: its files, its commands, and what it does about mistakes. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { FakeDaemon } from '../src/testing/fake-daemon.ts'
import { runPlain } from './run-plain.ts'
import { TestHome, TuiProcess } from './tui-process.ts'

/** Escape sequences that colour text by one of 256, or by its red, green and blue. */
// oxlint-disable-next-line no-control-regex -- colours are escape sequences
const [OF_256, OF_ALL] = [/\u001b\[38;5;/u, /\u001b\[38;2;/u]

it('reads tui.toml, binds keys, and keeps what is set for the next start', async () => {
  using home = new TestHome()
  writeFileSync(
    join(home.path, 'tui.toml'),
    'nick_colors = "extended"\ntime_format = "[%Y]"\n[keys]\nhistory-search = []\nhistory-older = "f6"\n',
  )
  await using daemon = new FakeDaemon(home.socketPath)
  daemon.receive()
  await daemon.start()
  const env = { COLORTERM: 'truecolor' }
  {
    await using tui = new TuiProcess({ home: home.path, env })
    await tui.shows(({ rows }) => rows.some((row) => /^\[20\d\d\] .* │ line 1/u.test(row)))
    expect(tui.output).toMatch(OF_ALL)
    tui.type('/ts\r')
    await tui.shows(({ rows }) => rows.some((row) => /^ +~\w+ │ line 1/u.test(row)))
    tui.type('\u0012\u001b[17~')
    await tui.showsText('> /ts')
    tui.type('\u0015/set colors 256\r')
    await tui.showsText('colors = "256"  # /set')
    expect(tui.output).toMatch(OF_256)
    tui.type('\u0004')
    expect(await tui.exited).toMatchObject({ exitCode: 0 })
  }
  expect(JSON.parse(readFileSync(home.ownFilePath, 'utf8'))).toMatchObject({ settings: { show_time: false, colors: '256' } })
  await using again = new TuiProcess({ home: home.path, env, args: ['--theme', 'mono'] })
  await again.shows(({ rows }) => rows.some((row) => /^ +~\w+ │ line 1/u.test(row)))
  again.type('/set\r')
  await again.shows(
    ({ text }) => /theme = "mono" +# --theme/u.test(text) && /time_format = "\[%Y\]" +# .*tui\.toml:2/u.test(text),
  )
  expect(again.output).not.toMatch(OF_256)
  expect(again.output).not.toMatch(OF_ALL)
})

it('ends with 2 and the place of a mistake, before the screen is taken', async () => {
  using home = new TestHome()
  const path = join(home.path, 'tui.toml')
  writeFileSync(path, '[keys]\nroom-nxt = "f5"\n')
  await using tui = new TuiProcess({ home: home.path, columns: 200 })
  expect(await tui.exited).toMatchObject({ exitCode: 2 })
  await tui.showsText(`dchat-tui: ${path}:2: keys.room-nxt: unknown key; did you mean room-next?`)
  expect(tui.output).not.toContain('\u001b[?')
  writeFileSync(path, 'theme = "\u001b[31mred"')
  const plain = await runPlain(home.path, '')
  expect(plain).toMatchObject({ code: 2, stdout: '' })
  expect(plain.stderr).toMatch(/^dchat-tui: .*tui\.toml:1: not valid TOML.*\n$/u)
  expect(plain.stderr).not.toContain('\u001b')
})
