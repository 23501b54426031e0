import { expect, test } from 'vitest'
import { parsePath } from './parsed.ts'

test.each([
  ['~/x/y', '/home/u/x/y'],
  ['~', '/home/u'],
  ['/abs/x', '/abs/x'],
  ['x/y', '/etc/dchat/x/y'],
  ['../x', '/etc/x'],
  ['~other/x', '/etc/dchat/~other/x'],
])('path %s is %s', (text, path) => {
  expect(parsePath({ home: '/home/u', base: '/etc/dchat' })(text)).toEqual({ value: path })
})

test.each(['', '/a\0b'])('no path: %j', (text) => {
  expect(parsePath({ home: '/h', base: '/b' })(text)).toHaveProperty('reason')
})
