import { describe, expect, it } from 'vitest'
import { offered } from '../input/completion.ts'
import { EMPTY_EDITOR, setText } from '../input/editor.ts'
import { commandBench } from '../testing/command-bench.ts'

describe('/set', () => {
  it('lists values and what says so', async () => {
    const file = { path: '/c/tui.toml', text: 'nick_columns = 9' }
    const text = await commandBench({ settings: { file, env: { DCHAT_TUI_MOUSE: '1' } } }).run('/set')
    expect(text).toMatch(/^theme = "default" +# default$/mu)
    expect(text).toMatch(/^nick_columns = 9 +# \/c\/tui\.toml:1$/mu)
    expect(text).toMatch(/^mouse = true +# DCHAT_TUI_MOUSE$/mu)
    const columns = text
      .split('\n')
      .slice(1)
      .map((line) => line.indexOf('# '))
    expect(new Set(columns).size).toBe(1)
  })

  it('shows one, sets it at once, and takes it back', async () => {
    const { run, store } = commandBench()
    expect(await run('/set paste_lines')).toBe('paste_lines = 5  # default')
    expect(await run('/set paste_lines 9')).toBe('paste_lines = 9  # /set')
    expect(store.state.settings.pasteLines).toBe(9)
    expect(await run('/set paste_lines = 10')).toBe('paste_lines = 10  # /set')
    expect(await run('/set notify_command=notify-send -u low')).toBe('notify_command = ["notify-send", "-u", "low"]  # /set')
    expect(await run('/set paste_lines default')).toBe('paste_lines = 5  # default')
    expect(store.state.settings.pasteLines).toBe(5)
  })

  it('knows the theme default', async () => {
    const { run } = commandBench({ settings: { file: { path: 't', text: 'theme = "mono"' } } })
    expect(await run('/set theme default')).toBe('theme = "default"  # /set')
  })

  it('says what will not do', async () => {
    const { run, store } = commandBench()
    expect(await run('/set paste_lines many')).toBe('/set: paste_lines must be a whole number from 1 to 1000, is "many"')
    expect(await run('/set paste_line 3')).toBe('/set: there is no setting paste_line: did you mean paste_lines?')
    expect(store.state.settings.pasteLines).toBe(5)
  })
})

it.each([
  ['/set nick', ['nick_colors', 'nick_columns']],
  ['/set nick_colors ', ['off', 'base', 'extended']],
  ['/set nick_colors = ex', ['extended']],
  ['/set mouse t', ['true']],
  ['/set paste_lines ', undefined],
  ['/set toString ', undefined],
  ['/theme ', ['default', 'light', 'mono']],
])('Tab completes %j', (text, labels) => {
  const round = offered(setText(EMPTY_EDITOR, text), { nicks: [], people: [], rooms: [] })
  expect(round?.candidates.map(({ label }) => label)).toEqual(labels)
})

it('/theme shows and sets the theme', async () => {
  const { run, store } = commandBench()
  expect(await run('/theme')).toBe('the theme is "default", by default; /theme default, light or mono sets it')
  expect(await run('/theme light')).toBe('the theme is "light", by /set')
  expect(store.state.settings.theme).toBe('light')
  expect(await run('/theme dark')).toMatch(/^\/theme: theme must be "default", "light" or "mono", is "dark"/u)
})

it('/ts has the time come and go, or look otherwise', async () => {
  const { run, store } = commandBench()
  expect(await run('/ts')).toContain('without their time')
  expect(store.state.settings.showTime).toBe(false)
  expect(await run('/ts')).toBe('lines have their time, as %H:%M')
  await run('/ts')
  expect(await run('/ts %I:%M %p')).toBe('lines have their time, as %I:%M %p')
  expect(store.state.settings).toMatchObject({ showTime: true, timeFormat: '%I:%M %p' })
  expect(await run('/ts %Q')).toContain('does not know %Q')
})

describe('/keys', () => {
  it('lists what keys do here', async () => {
    const file = { path: 't', text: '[keys]\nundo = "f5"\nyank = []\nredo = "ctrl-n"' }
    const text = await commandBench({ settings: { file } }).run('/keys')
    expect(text).toMatch(/^ {2}F5 +undo: /mu)
    expect(text).toMatch(/^ {2}no key +yank: /mu)
    expect(text).toMatch(/^ {2}Ctrl\+N +redo: /mu)
    expect(text).toMatch(/^ {2}Alt\+Right +room-next: /mu)
  })

  it('finds those that are meant', async () => {
    const { run } = commandBench()
    expect((await run('/keys SCROLL-TO')).split('\n').slice(1)).toEqual([
      expect.stringMatching(/Ctrl\+Home, Alt\+Home +scroll-top: /u),
    ])
    expect(await run('/keys xyzzy')).toBe('/keys: no key and no action has xyzzy in it: /keys lists all')
  })
})
