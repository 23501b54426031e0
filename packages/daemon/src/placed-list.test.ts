import { expect, test } from 'vitest'
import { ConfigError, FlagError } from './errors.ts'
import { listOfFlag, listOfTable, listWarnings } from './placed-list.ts'
import { parseToml } from './toml-document.ts'
import { parseEndpoint } from './values.ts'

const schemeOf = (url: string): string => url.slice(0, url.indexOf(':'))
const notTcp = (url: string): string | undefined => (schemeOf(url) === 'tcp' ? undefined : `${schemeOf(url)} is not tcp`)

test('a list of a file has lines', () => {
  const table = parseToml('a = [\n"tcp://a:1",\n"tor://a:1",\n"nym://a:1",\n"tor://b:1",\n]', 'f.toml')
  const list = listOfTable(table, 'a', parseEndpoint)
  expect(list.items).toHaveLength(4)
  expect(listWarnings(list, notTcp)).toEqual(['f.toml:3: a: tor is not tcp (2 addresses)', 'f.toml:4: a: nym is not tcp'])
  expect(list.error('no', 3)).toEqual(expect.objectContaining({ message: 'f.toml:5: a: no' }))
  expect(list.error('no', 3)).toBeInstanceOf(ConfigError)
  expect(listOfTable(table, 'b', parseEndpoint).items).toEqual([])
})

test('a list of a flag has the flag', () => {
  const list = listOfFlag('seeds', ['tor://a:1'], parseEndpoint)
  expect(listWarnings(list, notTcp)).toEqual(['--seeds: tor is not tcp'])
  expect(list.error('no', 0)).toBeInstanceOf(FlagError)
  expect(list.error('no', 0)).toMatchObject({ message: '--seeds: no' })
  expect(() => listOfFlag('seeds', ['a'], parseEndpoint)).toThrow('--seeds: "a" is not a URL')
})
