import { DEFAULT_SETTINGS } from '@dchat/net'
import { docsPage } from '@dchat/system/testing'
import { expect, test } from 'vitest'
import { fileKey } from './setting-names.ts'

/** Settings that no file has: they belong to the program. */
const OF_THE_PROGRAM = ['features', 'eclipseDefences']

test('every other setting has a name that the documentation explains', () => {
  const docs = docsPage('configuration.md')
  const names = Object.keys(DEFAULT_SETTINGS)
    .filter((setting) => !OF_THE_PROGRAM.includes(setting))
    .map((setting) => fileKey(setting))
  const isExplained = (name: string): boolean => new RegExp(`^\\| [^|]*\`${name}\`|\\[net\\.${name}\\.`, 'm').test(docs)
  expect(names.filter((name) => !isExplained(name))).toEqual([])
})

test('a kind of file may have names of its own', () => {
  expect([fileKey('inbound'), fileKey('inbound', { inbound: 'accept_addrs' })]).toEqual(['inbound', 'accept_addrs'])
})

test.each(['nothingOfThatName', 'toString', ''])('%j names no setting', (text) => {
  expect(fileKey(text)).toBe(text)
})
