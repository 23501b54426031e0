import { expect, test } from 'vitest'
import { keptSettings } from '../testing/kept-settings.ts'
import { SettingsKeeper } from './settings-keeper.ts'
import type { Settings } from './settings.ts'

const FILE = { path: 't.toml', text: '\ntheme = "light"\n' }

test('what is set holds at once, is kept, and can be taken back', () => {
  const { keeper, own } = keptSettings({ file: FILE })
  const told: Partial<Settings>[] = []
  keeper.onChange = (change) => told.push(change)
  expect(keeper.line('theme')).toEqual({ key: 'theme', value: '"light"', source: 't.toml:2' })
  expect(keeper.set('theme', 'mono')).toEqual({ key: 'theme', value: '"mono"', source: '/set' })
  expect(keeper.set('highlight', 'a, b')).toMatchObject({ value: '["a", "b"]' })
  expect(own.data.settings).toEqual({ theme: 'mono', highlight: ['a', 'b'] })
  expect(keptSettings({ file: FILE, own: own.data.settings }).keeper.settings).toMatchObject({
    theme: 'mono',
    highlight: ['a', 'b'],
  })
  expect(keeper.reset('theme')).toEqual({ key: 'theme', value: '"light"', source: 't.toml:2' })
  expect(own.data.settings).toEqual({ highlight: ['a', 'b'] })
  expect(told).toEqual([{ theme: 'mono' }, { highlight: ['a', 'b'] }, { theme: 'light' }])
})

test('what is set while it runs counts more than the flag of its start', () => {
  const { keeper } = keptSettings({ flags: { theme: 'mono' } })
  expect(keeper.line('theme').source).toBe('--theme')
  expect(keeper.set('theme', 'light')).toMatchObject({ value: '"light"', source: '/set' })
})

test.each([
  ['teme', 'light', 'there is no setting teme: did you mean theme?'],
  ['zzzzzz', 'light', 'there is no setting zzzzzz: /set lists them'],
  ['keys', 'x', /^there is no setting keys/u],
  ['toString', 'x', /^there is no setting toString/u],
  ['theme', 'lihgt', 'theme must be "default", "light" or "mono", is "lihgt"; did you mean "light"?'],
  ['nick_columns', 'wide', 'nick_columns must be a whole number from 4 to 40, is "wide"'],
  ['nick_columns', '99', 'nick_columns must be a whole number from 4 to 40, is 99'],
  ['time_format', '%Q', /^time_format does not know %Q/u],
])('%s %s is refused, and changes nothing', (key, text, message) => {
  const { keeper, own } = keptSettings()
  const before = keeper.settings
  keeper.onChange = () => expect.unreachable()
  expect(() => keeper.set(key, text)).toThrow(message)
  expect(keeper.settings).toBe(before)
  expect(own.data.settings).toEqual({})
})

test('what cannot be kept holds until the end, and that is said', () => {
  const layers = { flags: {}, own: {}, env: {}, file: { path: 't.toml', text: '' } }
  const full = (): never => {
    throw new Error('ENOSPC: no space left on device')
  }
  const keeper = new SettingsKeeper({ layers, own: { update: full } })
  expect(() => keeper.set('mouse', 'true')).toThrow('mouse holds until you leave, it cannot be kept: ENOSPC')
  expect(keeper.trySet('mouse', 'maybe')).toBe('mouse must be true or false, is "maybe"')
  expect(keptSettings().keeper.trySet('mouse', 'true')).toBeNull()
  expect(keeper.settings.mouse).toBe(true)
})

test('all settings are listed, without the keys', () => {
  const { keeper } = keptSettings()
  expect(keeper.lines.map(({ key }) => key).slice(0, 3)).toEqual(['theme', 'colors', 'nick_colors'])
  expect(keeper.lines).toHaveLength(Object.keys(keeper.settings).length - 1)
})
