import { expect, test } from 'vitest'
import { ConfigError } from './errors.ts'
import { listWarnings, placedList } from './placed-list.ts'
import { overridePath, parseToml } from './toml-document.ts'

const keep = (value: string): { value: string } => ({ value })
const schemeOf = (url: string): string => url.slice(0, url.indexOf(':'))
const notTcp = (url: string): string | undefined => (schemeOf(url) === 'tcp' ? undefined : `${schemeOf(url)} is not tcp`)

test('a list of a file has lines', () => {
  const table = parseToml('a = [\n"tcp://a:1",\n"tor://a:1",\n"nym://a:1",\n"tor://b:1",\n]', 'f.toml')
  const list = placedList(table, 'a', table.parsedList('a', keep)!)
  expect(list.items).toHaveLength(4)
  expect(listWarnings(list, notTcp)).toEqual(['f.toml:3: a: tor is not tcp (2 addresses)', 'f.toml:4: a: nym is not tcp'])
  expect(list.error('no', 3)).toEqual(expect.objectContaining({ message: 'f.toml:5: a: no' }))
  expect(list.error('no', 3)).toBeInstanceOf(ConfigError)
})

test('a list of a flag has the flag', () => {
  const override = { value: ['tor://a:1'], source: { kind: 'flag', name: '--seeds' } } as const
  const table = parseToml('a = ["tcp://a:1"]', 'f.toml', new Map([[overridePath(['a']), override]]))
  const list = placedList(table, 'a', table.parsedList('a', keep)!)
  expect(listWarnings(list, notTcp)).toEqual(['--seeds: tor is not tcp'])
  expect(list.error('no', 0)).toMatchObject({ message: '--seeds: no' })
})
